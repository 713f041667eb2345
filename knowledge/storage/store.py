"""The entries that stand in the file, and their history."""

from sqlite3 import Connection

from knowledge import snapshot as snapshots
from knowledge.errors import watched
from knowledge.snapshot import Edit, Revision, Snapshot, Swap, Thing, from_json, to_json
from knowledge.storage.database import Database, explained, past

# Who loads the reports that come with the program: nobody can take that back.
SHIPPED = "shipped"


class Store(Database):
    """Everything in one database file; belongs to the thread that opened it."""

    def snapshot(self) -> Snapshot:
        """Give everything as it stands after one change, never half of another."""
        with self.reading() as db, db:
            db.execute("begin")
            return self._snapshot(db)

    def _snapshot(self, db: Connection) -> Snapshot:
        things: list[Thing] = []
        damaged: list[str] = []
        for kind, primary in snapshots.PRIMARY.items():
            # By name: a column that is damaged is told of, not passed over.
            names = (*snapshots.FIELDS[kind], "digest")
            for values in db.execute(f"select {', '.join(names)} from {kind} order by rowid"):
                row = dict(zip(names, values, strict=True))
                if thing := snapshots.whole(kind, row):
                    things.append(thing)
                    continue
                damaged.append(str(row[primary]))
                if kind in snapshots.HEADINGS:
                    # Facts stand under it: it keeps its name, and leads nowhere.
                    nowhere = dict.fromkeys(("url", "ratings_url", "reports_url"), "")
                    things.append(snapshots.from_row(kind, {**row, **nowhere}))
        return Snapshot.of(self.last_change(), things, damaged)

    def change(self, edit: Edit, who: str, known: Snapshot) -> Snapshot:
        """Make a change, whole or not at all, and give what there is after it.

        What is `known` is read anew if others have changed it since. Raises KnowledgeError when an
        entry no longer stands as the edit says it did.
        """
        # Slow to load, and not needed to answer.
        from sqlite_utils import Database as Tables

        with self.writing() as connection:
            now = known if known.change == self.last_change() else self._snapshot(connection)
            edit = now.settled(edit)
            if not edit.swaps:
                return now
            after = now.after(edit)
            # Rows of one change may lean on each other in any order.
            connection.execute("pragma defer_foreign_keys = on")
            made = (after.change, past(0), who, edit.what, edit.reverts)
            connection.execute("insert into revision values (?, ?, ?, ?, ?)", made)
            # Of the reports that come with the program nothing is taken back.
            for swap in edit.swaps if who != SHIPPED else ():
                row = (after.change, *swap.place, to_json(swap.before), to_json(swap.after))
                sql = "insert into replaced (change, kind, key, before, after) values"
                connection.execute(f"{sql} (?, ?, ?, ?, ?)", row)
            db = Tables(connection, execute_plugins=False)
            for kind, primary in snapshots.PRIMARY.items():
                mine = [swap for swap in edit.swaps if swap.kind == kind]
                gone = [(swap.key,) for swap in mine if swap.after is None]
                connection.executemany(f"delete from {kind} where {primary} = ?", gone)
                kept = [snapshots.signed(swap.after) for swap in mine if swap.after is not None]
                db.table(kind).upsert_all(watched(kept, "saving"), pk=primary)
        return after

    def last_change(self) -> int:
        """Give the number of the last change, 0 before the first."""
        return int(self.rows("select coalesce(max(number), 0) from revision")[0][0])

    def reverted(self) -> dict[int, tuple[str, int | None]]:
        """Give who made each change and which change it takes back, the oldest first."""
        found = self.rows("select number, who, reverts from revision order by number")
        return {number: (who, reverts) for number, who, reverts in found}

    def revisions(
        self, key: str | None = None, limit: int = 10, before: int | None = None
    ) -> tuple[Revision, ...]:
        """Give the last changes, newest first: of one entry, or all; those under a number."""
        sql = (
            "select number, at, who, what, reverts from revision where number < ?1 and (?2 is null "
            "or number in (select change from replaced where key = ?2)) order by number desc limit "
        )
        found = self.rows(f"{sql} ?3", before or 1 << 60, key, limit)
        return tuple(self._revision(*row) for row in found)

    def _revision(self, number: int, at: str, who: str, what: str, reverts: int | None) -> Revision:
        sql = "select kind, before, after from replaced where change = ? order by id"
        found = self.rows(sql, number)
        with explained(self.path, TypeError, ValueError):
            swaps = [Swap(from_json(kind, old), from_json(kind, new)) for kind, old, new in found]
        return Revision(number, at, who, Edit(what, tuple(swaps), reverts))
