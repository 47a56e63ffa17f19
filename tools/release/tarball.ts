/** Tarballs whose bytes follow from what is in them. */
import { create } from "tar";
import { sourceDate } from "./repository";

/** Packs files of a folder, without what differs from one machine to another: owners, times and order. */
export async function packTarball(file: string, folder: string, names: string[]): Promise<void> {
  await create({ file, cwd: folder, gzip: true, portable: true, mtime: sourceDate() }, [...names].sort());
}
