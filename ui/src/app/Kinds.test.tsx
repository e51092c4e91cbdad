import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { MemoryDesk } from "../../testing/desk";
import { tickets, TICKETS } from "../../testing/office";
import { decision, open, question } from "../../testing/window";

function choicesOf(count: number, name: (n: number) => string) {
  return Array.from({ length: count }, (_, n) => ({ label: name(n) }));
}

function desk(queue: Parameters<MemoryDesk["addQueue"]>[0], ...items: Parameters<MemoryDesk["addItem"]>[1][]): MemoryDesk {
  const desk = new MemoryDesk();
  desk.addQueue(queue);
  for (const item of items) desk.addItem(queue.name, item);
  return desk;
}

const MANY = { name: "labels", kind: "classify", many: true, choices: TICKETS } as const;
const ACTION = { name: "refunds", kind: "action" } as const;
const CALL = { title: "Refund?", content: { tool: "refund_order", arguments: { order: "417", amount: 41.5 } } };

describe("classify with many labels", () => {
  it("toggles labels by key and submits them with Enter", async () => {
    const { user, desk: at } = await open(desk({ ...MANY, choices: [...TICKETS] }, { title: "One" }, { title: "Two" }));
    await user.keyboard("132");
    await user.keyboard("1");
    expect(decision().getByText("2 chosen")).toBeVisible();
    expect(at.requests("decide"), "nothing is sent yet").toHaveLength(0);
    await user.keyboard("{Enter}");
    expect(at.requests("decide")[0]?.draft).toEqual({ verdict: "correct", answer: { labels: ["refund", "login"] } });
    expect(question()).toBe("Two");
  });

  it("can say that no label holds, but not by accident", async () => {
    const { user, desk: at } = await open(desk({ ...MANY, choices: [...TICKETS] }, { title: "One" }));
    await user.keyboard("{Enter}");
    expect(at.requests("decide")).toHaveLength(0);
    await user.keyboard("11{Enter}");
    expect(at.requests("decide")[0]?.draft.answer).toEqual({ labels: [] });
  });

  it("lets go of what was picked with Escape", async () => {
    const { user } = await open(desk({ ...MANY, choices: [...TICKETS] }, { title: "One" }));
    await user.keyboard("13{Escape}");
    expect(decision().getByText("0 chosen")).toBeVisible();
  });
});

describe("classify with more choices than keys", () => {
  const countries = choicesOf(40, (n) => `country-${n}`);

  it("finds a choice by its name", async () => {
    const { user, desk: at } = await open(desk({ name: "places", kind: "classify", choices: countries }, { title: "Where?" }, { title: "And this?" }));
    await user.keyboard("e");
    expect(screen.getByRole("searchbox", { name: "Search choices" })).toHaveFocus();
    await user.keyboard("try-37");
    expect(decision().getAllByTestId("choice")).toHaveLength(1);
    await user.keyboard("{Enter}");
    expect(at.requests("decide")[0]?.draft.answer).toEqual({ label: "country-37" });
    await waitFor(() => expect(question()).toBe("And this?"));
    expect(decision().getAllByTestId("choice"), "the search is over").toHaveLength(40);
  });

  it("gives the first nine their place as key", async () => {
    const { user, desk: at } = await open(desk({ name: "places", kind: "classify", choices: countries }, { title: "Where?" }));
    await user.keyboard("9");
    expect(at.requests("decide")[0]?.draft.answer).toEqual({ label: "country-8" });
  });
});

describe("classify of digits", () => {
  it("picks a digit by that digit", async () => {
    const { user, desk: at } = await open(desk({ name: "digits", kind: "classify", choices: choicesOf(10, String) }, { title: "One" }, { title: "Two" }));
    expect(screen.queryByRole("searchbox"), "ten keys are enough").toBeNull();
    await user.keyboard("3");
    await user.keyboard("0");
    expect(at.requests("decide").map(({ draft }) => draft.answer)).toEqual([{ label: "3" }, { label: "0" }]);
  });
});

describe("notes that a queue asks for", () => {
  it("are asked for when the label is not what a machine proposed", async () => {
    const at = tickets(3);
    for (const item of at.items.values()) item.note_required = ["correct"];
    const { user } = await open(at);
    await user.keyboard("2");
    expect(at.requests("decide"), "the proposed label needs none").toHaveLength(1);
    await user.keyboard("3");
    expect(screen.getByTestId("lacking")).toHaveTextContent("when you correct");
    await user.keyboard("They want money back{Enter}");
    expect(at.requests("decide")[1]?.draft).toEqual({ verdict: "correct", answer: { label: "refund" }, note: "They want money back" });
  });
});

describe("action", () => {
  it("shows the tool and every argument, and what else was handed in", async () => {
    await open(desk(ACTION, { ...CALL, content: { ...CALL.content, thread: "t-9" } }));
    expect(screen.getByTestId("tool")).toHaveTextContent("refund_order");
    expect(screen.getByRole("rowheader", { name: "amount" })).toBeVisible();
    expect(screen.getByRole("region", { name: "Further content" })).toHaveTextContent('"thread": "t-9"');
  });

  it("sends corrected arguments", async () => {
    const { user, desk: at } = await open(desk(ACTION, CALL));
    await user.keyboard("e");
    const editor = screen.getByLabelText("Correct the arguments");
    expect(editor).toHaveFocus();
    await user.clear(editor);
    await user.paste('{"order": "417", "amount": 40}');
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(at.requests("decide")[0]?.draft).toEqual({ verdict: "correct", answer: { arguments: { order: "417", amount: 40 } } });
  });

  it("keeps a correction that is not JSON and says where it goes wrong", async () => {
    const { user, desk: at } = await open(desk(ACTION, CALL));
    await user.keyboard("e");
    const editor = screen.getByLabelText("Correct the arguments");
    await user.clear(editor);
    await user.paste('{"order": "417"\n "amount": 40}');
    expect(screen.getByTestId("json-reading")).toHaveTextContent("Line 2, column 2: a comma is expected.");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(at.requests("decide")).toHaveLength(0);
    expect(screen.getByTestId("lacking")).toHaveTextContent("Line 2, column 2");
    expect(editor).toHaveValue('{"order": "417"\n "amount": 40}');
    expect(editor).toHaveFocus();
  });

  it("lets what cannot be seen be seen and edited", async () => {
    const { user, desk: at } = await open(desk(ACTION, { ...CALL, content: { tool: "pay", arguments: { to: "a\u202eb" } } }));
    await user.keyboard("e");
    expect(screen.getByLabelText("Correct the arguments")).toHaveValue('{\n  "to": "a\\u202eb"\n}');
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(at.requests("decide")[0]?.draft.answer).toEqual({ arguments: { to: "a\u202eb" } });
  });

  it("responds in words", async () => {
    const { user, desk: at } = await open(desk(ACTION, CALL));
    await user.keyboard("r");
    await user.keyboard("Ask the customer first{Control>}{Enter}{/Control}");
    expect(at.requests("decide")[0]?.draft).toEqual({ verdict: "respond", answer: { response: "Ask the customer first" } });
  });

  it("comes back from undo with the correction in the editor", async () => {
    const { user } = await open(desk(ACTION, CALL));
    await user.keyboard("e");
    await user.clear(screen.getByLabelText("Correct the arguments"));
    await user.paste('{"amount": 1}');
    await user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByTestId("decision-toast");
    await user.keyboard("z");
    expect(await screen.findByLabelText("Correct the arguments")).toHaveValue('{\n  "amount": 1\n}');
  });

  it("warns of a number that it cannot show to the last digit", async () => {
    await open(desk(ACTION, { ...CALL, content: { tool: "pay", arguments: { account: 2 ** 63 } } }));
    expect(screen.getByRole("note")).toHaveTextContent("larger than the window can show");
  });

  it("withdraws a question from the palette", async () => {
    const { user, desk: at } = await open(desk(ACTION, CALL));
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("textbox", { name: "Search actions" }), "Withdraw{Enter}");
    await waitFor(() => expect(at.requests("decide")[0]?.draft).toEqual({ verdict: "cancel" }));
  });
});

describe("fallback", () => {
  it("shows raw JSON and is approved or rejected", async () => {
    const { user, desk: at } = await open(desk({ name: "odd", kind: "fallback" }, { title: "Odd", content: { a: [1, null] } }, { title: "Other" }));
    expect(screen.getByRole("region", { name: "Content" })).toHaveTextContent('{ "a": [ 1, null ] }');
    expect(decision().queryByRole("button", { name: "Correct" })).toBeNull();
    await user.keyboard("a");
    expect(at.requests("decide")[0]?.draft).toEqual({ verdict: "approve" });
  });
});

describe("content from outside", () => {
  it("shows what cannot be seen, and runs nothing", async () => {
    const at = desk(
      { name: "texts", kind: "classify", choices: [...TICKETS] },
      { title: "Pay \u202e001", content: { text: "a\u200bb <img src=x onerror=alert(1)>" } },
    );
    await open(at);
    expect(question()).toBe("Pay RLO001");
    const content = screen.getByRole("region", { name: "Content" });
    expect(content).toHaveTextContent("aZWSPb <img src=x onerror=alert(1)>");
    expect(content.querySelector("img")).toBeNull();
  });

  it("never fetches a picture from elsewhere", async () => {
    await open(desk({ name: "faces", kind: "classify", choices: [...TICKETS] }, { title: "Who?", content: { image: { url: "https://tracker.example/1.png" } } }));
    expect(screen.getByTestId("not-fetched")).toHaveTextContent("https://tracker.example/1.png");
    expect(document.querySelector("img")).toBeNull();
  });

  it("shows a picture that was handed in, by the app's own scheme", async () => {
    const attachment = `sha256:${"a".repeat(64)}`;
    await open(desk({ name: "faces", kind: "classify", choices: [...TICKETS] }, { title: "Who?", content: { image: { attachment, media_type: "image/png" } } }));
    expect(screen.getByTestId("picture")).toHaveAttribute("src", `attachment://localhost/${encodeURIComponent(attachment)}`);
  });

  it("does not take something else for an attachment", async () => {
    await open(desk({ name: "faces", kind: "classify", choices: [...TICKETS] }, { title: "Who?", content: { image: { attachment: "../../etc/passwd" } } }));
    expect(document.querySelector("img")).toBeNull();
  });
});
