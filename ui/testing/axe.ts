import axe from "axe-core";

/** What axe finds wrong. jsdom has no colours to compare; the real window's are checked under WebDriver. */
export async function violations(): Promise<string[]> {
  const { violations } = await axe.run(document, { rules: { "color-contrast": { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
