import { Blank } from "../parts/Blank";

/** What to do before there is anything to do. */
export function NoQueue({ intake }: { intake: string }) {
  return (
    <main className="pane whole" aria-label="Inbox" data-testid="no-queue">
      <Blank title="There is no queue yet." heading="h1">
        <p>An engine hands its doubts in at a queue. Add one, or let the demo show how it goes:</p>
        <pre className="commands">
          <code>placet queue add tickets --kind classify --choice billing --choice login</code>
          <code>placet demo</code>
        </pre>
        <p>
          Items come in at <code>{intake}</code>. This page changes by itself.
        </p>
      </Blank>
    </main>
  );
}
