const js = require("@eslint/js");
const { defineConfig } = require("eslint/config");
const tseslint = require("typescript-eslint");

module.exports = defineConfig(
  {
    ignores: [
      "dist/",
      "**/node_modules/",
      "coverage/",
      "release/",
      "provider/schema/types.ts",
      "provider/schema/validators.ts",
      "sdk/nodejs/native/generated/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts", "simulator/page/*.js"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      curly: ["error", "multi-or-nest", "consistent"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/naming-convention": [
        "error",
        { selector: "default", format: ["camelCase"], leadingUnderscore: "allow" },
        { selector: "typeLike", format: ["PascalCase"] },
        // A constant may hold a class.
        { selector: "variable", modifiers: ["const"], format: ["camelCase", "PascalCase"], leadingUnderscore: "allow" },
        // These names others give: a service, an engine, a module.
        { selector: ["property", "objectLiteralMethod", "import"], format: null },
        { selector: ["variable", "parameter"], modifiers: ["destructured"], format: null },
        // What is to become a property, under the name of a field on the wire, of a setting or of the package's own record.
        { selector: ["variable", "parameter"], filter: "^([a-z]+(_[a-z]+)+|HW_[A-Z_]+|__[a-zA-Z]+)$", format: null },
      ],
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
      globals: {
        document: "readonly",
        fetch: "readonly",
        location: "readonly",
        navigator: "readonly",
        setTimeout: "readonly",
      },
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
