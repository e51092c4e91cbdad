import { Modal } from "@mantine/core";

import { KeyCap } from "../parts/KeyCap";
import { useOffered } from "./Actions";
import "./actions.css";

interface Properties {
  opened: boolean;
  onClose: () => void;
}

/** Every key that means something now. */
export function CheatSheet({ opened, onClose }: Properties) {
  const offered = useOffered().filter((action) => action.keys.length > 0);
  const groups = [...new Set(offered.map((action) => action.group))];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys"
      size={720}
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="sheet" data-testid="cheat-sheet">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {offered.filter((action) => action.group === group).map((action) => (
                <div key={action.name} data-action={action.name}>
                  <dt>{action.label}</dt>
                  <dd>
                    {action.keys.map((key) => (
                      <KeyCap key={key} of={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
