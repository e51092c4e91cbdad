import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";

import { PaneBoundary } from "./PaneBoundary";

function Breaks({ when }: { when: boolean }): string {
  if (when) throw new Error("a member was not what it seemed");
  return "drawn";
}

it("keeps what goes wrong in one pane inside it, and draws the next item", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const pane = (item: number, breaks: boolean) => (
    <>
      <PaneBoundary of={item}>
        <Breaks when={breaks} />
      </PaneBoundary>
      <p>another pane</p>
    </>
  );
  const { rerender } = render(pane(1, true));
  expect(screen.getByRole("alert")).toHaveTextContent("a member was not what it seemed");
  expect(screen.getByText("another pane")).toBeVisible();
  rerender(pane(2, false));
  expect(screen.getByText(/drawn/)).toBeVisible();
});
