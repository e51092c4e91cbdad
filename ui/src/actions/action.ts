// One thing that can be done in the window. Its key, button, line in the palette and line on the cheat
// sheet all read this one object.

export interface Action<Context> {
  /** Its stable name: tests and the palette know it by this. */
  name: string;
  /** The key or chord (`a`, `Ctrl+k`); several mean the same. Without one it is in the palette only. */
  keys: readonly string[];
  /** What the screen calls it. */
  label: string;
  /** The heading it stands under on the cheat sheet. */
  group: string;
  /** Whether its keys work while a text field is typed in. */
  inFields?: boolean;
  /** Whether it can be done now. */
  isEnabled: (context: Context) => boolean;
  /** Does it. */
  run: (context: Context) => void;
}

/** An action with what it acts on. */
export interface Bound {
  name: string;
  keys: readonly string[];
  label: string;
  group: string;
  inFields: boolean;
  isEnabled: () => boolean;
  run: () => void;
}

/** Gives an action what it acts on. `context` is read when it is used, never kept. */
export function bind<Context>(action: Action<Context>, context: () => Context): Bound {
  return {
    name: action.name,
    keys: action.keys,
    label: action.label,
    group: action.group,
    inFields: action.inFields ?? false,
    isEnabled: () => action.isEnabled(context()),
    run: () => {
      const now = context();
      if (action.isEnabled(now)) action.run(now);
    },
  };
}
