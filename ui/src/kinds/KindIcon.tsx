import { IconBraces, IconTag, IconTool } from "../parts/icons";

import type { Kind } from "../ipc/types.gen";

const ICONS = { classify: IconTag, action: IconTool, fallback: IconBraces };

/** The sign of a kind. */
export function KindIcon({ of, size = 15 }: { of: Kind; size?: number }) {
  const Icon = ICONS[of];
  return <Icon size={size} stroke={1.6} aria-hidden="true" />;
}
