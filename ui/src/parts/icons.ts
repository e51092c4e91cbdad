// The icons in use, one file each: the package's front door opens all six thousand.

export { default as IconBraces } from "@tabler/icons-react/dist/esm/icons/IconBraces.mjs";
export { default as IconChevronDown } from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
export { default as IconCommand } from "@tabler/icons-react/dist/esm/icons/IconCommand.mjs";
export { default as IconFlagFilled } from "@tabler/icons-react/dist/esm/icons/IconFlagFilled.mjs";
export { default as IconInbox } from "@tabler/icons-react/dist/esm/icons/IconInbox.mjs";
export { default as IconMoon } from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
export { default as IconPlugConnected } from "@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs";
export { default as IconSearch } from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
export { default as IconSend } from "@tabler/icons-react/dist/esm/icons/IconSend.mjs";
export { default as IconSun } from "@tabler/icons-react/dist/esm/icons/IconSun.mjs";
export { default as IconTag } from "@tabler/icons-react/dist/esm/icons/IconTag.mjs";
export { default as IconTool } from "@tabler/icons-react/dist/esm/icons/IconTool.mjs";
export type { Icon } from "@tabler/icons-react";
