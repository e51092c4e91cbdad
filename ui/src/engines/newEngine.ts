// An engine that is being added: what a person typed, and the profile that it comes to.

import type { ProtocolView } from "../ipc/types.gen";
import { credentialFor, credentialNamed, saidByHost } from "./credentials";
import { withBase } from "./withBase";

/** What stands in the form. */
export interface NewEngine {
  /** The protocol or ready profile, as `choiceOf` names it. */
  choice: string;
  /** The address below which callbacks go, as it was pasted. */
  base: string;
  /** The name that was typed; `null` while it follows from the address. */
  name: string | null;
  credential: string;
  /** The name of the key that was typed; `null` while it is the engine's. */
  key: string | null;
  /** What was typed of what the credential asks for. */
  said: Readonly<Record<string, string>>;
}

/** The entry of the allow-list that an address implies; `null` while it is none. */
export interface Implied {
  entry: string;
  /** What is no part of the entry: queries can be secrets, and no allow-list compares them. */
  leftOut: "query" | null;
  /** On this machine, which needs no TLS and can be tried often. */
  isHere: boolean;
  isPlain: boolean;
}

export function implied(base: string): Implied | null {
  let url: URL;
  try {
    url = new URL(base.trim());
  } catch {
    return null;
  }
  if (!["http:", "https:"].includes(url.protocol) || url.hostname === "") return null;
  const isHere = url.hostname === "localhost" || url.hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  return { entry: `${url.origin}${url.pathname}`, leftOut: url.search !== "" || url.hash !== "" ? "query" : null, isHere, isPlain: url.protocol === "http:" };
}

/** The name in use: the typed one, or the first word of the host, or the protocol's for a host without a name. */
export function nameOf({ name, base, choice }: NewEngine): string {
  if (name !== null) return name;
  const found = implied(base);
  if (found === null) return "";
  const host = new URL(found.entry).hostname;
  const hasName = /[a-z]/.test(host) && host !== "localhost" && !host.startsWith("[");
  return hasName ? (host.split(".")[0] ?? choice) : choice;
}

export function keyOf(form: NewEngine): string {
  return form.key ?? nameOf(form);
}

/** What the credential asks for: as it was typed, else as the host says. */
export function saidOf({ said, base }: NewEngine): Readonly<Record<string, string>> {
  const found = implied(base);
  return { ...(found === null ? {} : saidByHost(new URL(found.entry).hostname)), ...said };
}

/** What tells one choice from all others. */
export function choiceOf({ name, preset }: ProtocolView): string {
  return preset?.name ?? name;
}

/** What stands for `BASE`, after which ready profiles go on; `null` while the address is missing. */
export function baseOf({ base }: NewEngine, chosen: ProtocolView | undefined): string | null {
  const entry = implied(base)?.entry ?? null;
  return chosen?.preset == null ? entry : (entry?.replace(/\/+$/, "") ?? null);
}

/** Where callbacks may go. */
export function allowOf(form: NewEngine, chosen: ProtocolView | undefined): string[] {
  const base = baseOf(form, chosen);
  if (base === null) return [];
  return (chosen?.allow ?? ["BASE"]).map((entry) => entry.replaceAll("BASE", () => base));
}

/** The profile as text, with what the protocol wants said in it; `null` while the address is missing. */
export function profileOf(form: NewEngine, chosen: ProtocolView | undefined): string | null {
  const found = implied(form.base);
  const base = baseOf(form, chosen);
  if (found === null || base === null) return null;
  const signing = credentialNamed(form.credential).signing(keyOf(form), saidOf(form));
  const schedule = found.isHere ? { schedule: "fast" } : {};
  const settings = chosen?.settings == null ? {} : { settings: { [chosen.name]: withBase(chosen.settings, base) } };
  return JSON.stringify({ name: nameOf(form), allow: allowOf(form, chosen), ...(signing === null ? {} : { signing }), ...schedule, ...settings }, null, 2);
}

/** The form once this was chosen: a ready profile brings its address, if none was pasted, and what it is signed with. */
export function choosing(form: NewEngine, chosen: ProtocolView): Partial<NewEngine> {
  const part = { choice: choiceOf(chosen) };
  if (chosen.preset === null) return part;
  const { credential, said } = credentialFor(chosen.preset.signing, form.credential);
  return { ...part, credential, said, base: form.base.trim() === "" ? chosen.preset.base : form.base };
}
