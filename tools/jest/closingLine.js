// A jest reporter that ends a run with one plain line, which does not depend on how jest words its summary.
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    // A file that could not be run at all has no tests that could have failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const counts = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped > 0) {
      counts.push(`${skipped} skipped`);
    }
    // Jest's own summary is printed after all other reporters have run.
    process.once("exit", () => console.log(counts.join(", ")));
  }
};
