import { createTheme, type MantineColorsTuple } from "@mantine/core";

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
