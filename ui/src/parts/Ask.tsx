// A question before something that is not taken back: Enter does it, Escape does not.

import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

import { KeyCap } from "./KeyCap";
import "./parts.css";

interface Properties {
  title: string;
  children: ReactNode;
  /** What is done; nothing, while that is not known or nothing is to be done. */
  yes: { label: string; run: () => void } | null;
  onClose: () => void;
}

export function Ask({ title, children, yes, onClose }: Properties) {
  return (
    <Modal opened onClose={onClose} title={title} size={460} centered transitionProps={{ duration: 0 }} overlayProps={{ backgroundOpacity: 0.35, blur: 0 }} withCloseButton={false}>
      {/* Until the answer can be given, Enter does nothing. */}
      <div className="ask" data-testid="ask" tabIndex={-1} data-autofocus={yes === null ? true : undefined}>
        {children}
        <div className="ask-answers">
          <button type="button" className="button" onClick={onClose}>
            Cancel <KeyCap of="Escape" />
          </button>
          {yes && (
            <button
              type="button"
              className="button"
              data-look="main"
              data-autofocus
              // What is asked may be known only a moment later.
              ref={focus}
              data-testid="ask-yes"
              onClick={() => {
                onClose();
                yes.run();
              }}
            >
              {yes.label} <KeyCap of="Enter" />
            </button>
          )}
        </div>
      </div>
    </Modal>
  );
}

function focus(button: HTMLButtonElement | null): void {
  button?.focus();
}
