// Every kind by its name: a new one is a folder and a line here.

import type { Kind } from "../ipc/types.gen";
import { action } from "./action/action";
import { classify } from "./classify/classify";
import { fallback } from "./fallback/fallback";
import type { ItemKind } from "./kind";

export const KINDS: Record<Kind, ItemKind> = { classify, action, fallback };
