/** Before each test file of the jest project `native`. */
process.env.HOST = "native";
