import { createTheme, type MantineColorsTuple } from "@mantine/core";

import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/ScrollArea.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/CloseButton.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/Input.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";
import "@mantine/core/styles/Menu.css";
import "@mantine/core/styles/Tooltip.css";
import "@mantine/spotlight/styles.css";
import "./tokens.css";
import "./frame.css";

/** One accent, from tint to ink. */
const indigo: MantineColorsTuple = [
  "#eef1fd",
  "#dde3fa",
  "#bac6f4",
  "#94a6ee",
  "#748ae8",
  "#5b73df",
  "#4a61d3",
  "#3d52bf",
  "#3346a3",
  "#28377f",
];

export const theme = createTheme({
  fontFamily: "var(--font-ui)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "18px" },
  defaultRadius: 6,
  primaryColor: "indigo",
  colors: { indigo },
  autoContrast: true,
  shadows: { xs: "none", sm: "none", md: "none", lg: "none", xl: "none" },
});
