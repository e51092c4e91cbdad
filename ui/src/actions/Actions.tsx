// All actions that there are at the moment, each from the place in the window that offers it.

import { createContext, type ReactNode, use, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { type Action, bind, type Bound } from "./action";
import { meant } from "./keys";

interface Offers {
  offered: readonly Bound[];
  offer: (actions: readonly Bound[]) => () => void;
}

const Offered = createContext<Offers>({ offered: [], offer: () => () => undefined });

/** Listens for keys, and gathers what the places in the window offer. */
export function Actions({ children }: { children: ReactNode }) {
  const [places, setPlaces] = useState<readonly (readonly Bound[])[]>([]);
  const offered = useMemo(() => places.flat(), [places]);
  const offer = useCallback((actions: readonly Bound[]) => {
    setPlaces((before) => [...before, actions]);
    return () => setPlaces((before) => before.filter((place) => place !== actions));
  }, []);

  const latest = useRef(offered);
  useLayoutEffect(() => {
    latest.current = offered;
  }, [offered]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = meant(latest.current, event, event.target);
      if (!action) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);

  const value = useMemo(() => ({ offered, offer }), [offered, offer]);
  return <Offered value={value}>{children}</Offered>;
}

/** Offers these actions for as long as the caller is there. Where keys meet, what is offered first goes first. */
export function useActions<Context>(actions: readonly Action<Context>[], context: Context): void {
  const { offer } = use(Offered);
  const latest = useRef(context);
  useLayoutEffect(() => {
    latest.current = context;
  });
  useLayoutEffect(() => offer(actions.map((action) => bind(action, () => latest.current))), [offer, actions]);
}

/** Everything on offer now. */
export function useOffered(): readonly Bound[] {
  return use(Offered).offered;
}
