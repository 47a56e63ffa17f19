import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { programEnvironment, type ProgramCommand } from "./programCommand";

/** The command that runs a Python program in the virtual environment of its project, a folder named `venv`. */
export function pythonProgram(request: RunRequest): ProgramCommand {
  const cwd = request.getPwd();
  return {
    command: join(cwd, "venv", "bin", "python"),
    args: ["-u", join(__dirname, "runProgram.py"), cwd],
    cwd,
    env: programEnvironment(request),
  };
}
