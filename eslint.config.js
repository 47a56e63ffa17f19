const js = require("@eslint/js");
const { defineConfig } = require("eslint/config");
const tseslint = require("typescript-eslint");

module.exports = defineConfig(
  { ignores: ["dist/", "**/node_modules/", "coverage/", "provider/schema/types.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "simulator/page/*.js"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // A resource's class has its outputs by an interface of its name: the types come from schema.json, the values from the base class.
    files: ["sdk/nodejs/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-declaration-merging": "off",
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
    },
  },
  {
    // It runs in a browser.
    files: ["simulator/page/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: { document: "readonly", fetch: "readonly", location: "readonly", setTimeout: "readonly" },
    },
  },
  {
    files: ["**/*.js"],
    ignores: ["simulator/page/"],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        __dirname: "readonly",
        console: "readonly",
      },
    },
  },
);
