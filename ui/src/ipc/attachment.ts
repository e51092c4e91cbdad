// Where the window finds a file that was handed in with an item.

import { convertFileSrc } from "@tauri-apps/api/core";

/** The address of an attachment (`sha256:...`) on the app's own scheme. */
export function attachmentAddress(id: string): string {
  return convertFileSrc(id, "attachment");
}
