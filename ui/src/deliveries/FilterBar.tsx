// What the log is narrowed to, and what can be done with all of it.

import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { ActionButton } from "../actions/ActionButton";
import { reading } from "../ipc/answers";
import type { DeliveryCount, DeliveryState } from "../ipc/types.gen";
import { Dot } from "../parts/Dot";
import { IconChevronDown } from "../parts/icons";
import { KeyCap } from "../parts/KeyCap";
import { count } from "../parts/number";
import { Seen } from "../parts/text/Seen";
import { type AtLog, type FilterMenuName, MENUS, retryAll, widen } from "./actions";
import { ageInWords, AGES, isNarrowed, type LogFilter, shownInWords, TABS } from "./filter";
import { countIn, STATES } from "../words/deliveries";
import "./filter.css";

interface Properties {
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  /** How many there are of each state within engine and age. */
  counts: readonly DeliveryCount[];
  /** How many fit, in words. */
  fitting: string;
  menu: FilterMenuName | null;
  onMenu: (name: FilterMenuName | null) => void;
  at: AtLog;
}

export function FilterBar({ filter, onFilter, counts, fitting, menu, onMenu, at }: Properties) {
  const engines = useQuery(reading("engines", {})).data ?? [];
  const isTab = TABS.some(({ name }) => name === filter.shown);
  const menuOf = (name: FilterMenuName) => ({ name, opened: menu === name, onOpened: (opened: boolean) => onMenu(opened ? name : null) });
  return (
    <div className="filter-bar">
      <FilterMenu {...menuOf("state")} chosen={isTab ? null : shownInWords(filter.shown)} all="any">
        <Choice isChosen={filter.shown === "all"} onChoose={() => onFilter({ ...filter, shown: "all" })} count={countIn(counts, [])}>
          Any state
        </Choice>
        {(Object.keys(STATES) as DeliveryState[]).map((state) => (
          <Choice key={state} isChosen={filter.shown === state} onChoose={() => onFilter({ ...filter, shown: state })} count={countIn(counts, [state])}>
            <Dot tone={STATES[state].tone} word={STATES[state].word} />
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu {...menuOf("engine")} chosen={filter.engine} all="any">
        <Choice isChosen={filter.engine === null} onChoose={() => onFilter({ ...filter, engine: null })}>
          Any engine
        </Choice>
        {engines.map(({ name }) => (
          <Choice key={name} isChosen={filter.engine === name} onChoose={() => onFilter({ ...filter, engine: name })}>
            <Seen text={name} />
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu {...menuOf("decided")} chosen={filter.older_s === null && filter.newer_s === null ? null : ageInWords(filter)} all="any time">
        <Choice isChosen={filter.older_s === null && filter.newer_s === null} onChoose={() => onFilter({ ...filter, older_s: null, newer_s: null })}>
          Any time
        </Choice>
        <Menu.Divider />
        {AGES.map(({ seconds, last }) => (
          <Choice
            key={`newer ${seconds}`}
            isChosen={filter.newer_s === seconds}
            // The two ends go together only while there is time between them.
            onChoose={() => onFilter({ ...filter, newer_s: seconds, older_s: filter.older_s !== null && filter.older_s < seconds ? filter.older_s : null })}
          >
            In the last {last}
          </Choice>
        ))}
        <Menu.Divider />
        {AGES.map(({ seconds, words }) => (
          <Choice
            key={`older ${seconds}`}
            isChosen={filter.older_s === seconds}
            onChoose={() => onFilter({ ...filter, older_s: seconds, newer_s: filter.newer_s !== null && filter.newer_s > seconds ? filter.newer_s : null })}
          >
            Over {words} ago
          </Choice>
        ))}
      </FilterMenu>
      {isNarrowed(filter) && !at.isOpen && <ActionButton action={widen} context={at} look="ghost" />}
      <span className="head-end">
        <span className="quiet tabular" data-testid="fitting" role="status">
          {fitting === "1" ? "1 delivery" : `${fitting} deliveries`}
        </span>
        <ActionButton action={retryAll} context={at} />
      </span>
    </div>
  );
}

interface MenuProperties {
  name: FilterMenuName;
  /** What the log is narrowed to; `null` if to nothing, which `all` says. */
  chosen: string | null;
  all: string;
  opened: boolean;
  onOpened: (opened: boolean) => void;
  children: React.ReactNode;
}

function FilterMenu({ name, chosen, all, opened, onOpened, children }: MenuProperties) {
  const { key, label } = MENUS[name];
  return (
    <Menu opened={opened} onChange={onOpened} position="bottom-start" offset={4} width={232} transitionProps={{ duration: 0 }} withinPortal={false} withInitialFocusPlaceholder={false} hideDetached={false} returnFocus={false}>
      <Menu.Target>
        <button type="button" className="filter-menu" data-testid={`filter-by-${name}`} data-narrowed={chosen !== null} aria-keyshortcuts={key} onMouseDown={(event) => event.preventDefault()}>
          <KeyCap of={key} />
          {label}
          <span className="filter-chosen">
            <Seen text={chosen ?? all} />
          </span>
          <IconChevronDown size={14} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface ChoiceProperties {
  isChosen: boolean;
  onChoose: () => void;
  count?: number;
  children: React.ReactNode;
}

function Choice({ isChosen, onChoose, count: n, children }: ChoiceProperties) {
  return (
    <Menu.Item aria-current={isChosen} data-testid="filter-choice" rightSection={n === undefined ? undefined : <span className="quiet tabular">{count(n)}</span>} onClick={onChoose}>
      {children}
    </Menu.Item>
  );
}
