import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y-x";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["dist", "node_modules", "src/ipc/types.gen.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...typescript.configs.strictTypeChecked, ...typescript.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true }, globals: globals.browser },
    rules: {
      // Numbers stand in sentences everywhere.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Handlers say with `void` that nobody waits for them.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { files: ["**/*.tsx"], plugins: { ...hooks.configs.flat.recommended.plugins }, rules: hooks.configs.flat.recommended.rules },
  { files: ["src/**/*.tsx"], ...a11y.configs.recommended },
  { files: ["*.js"], languageOptions: { globals: globals.node } },
);
