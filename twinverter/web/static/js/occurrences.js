// The alarm journal as occurrences: an entry that an alarm rose, with the one that it was over.

/** The kind of a severity of the table: fault, warning or state. */
export const kindOf = (severity = '') => (severity.startsWith('fault') ? 'fault' : severity.startsWith('warn') ? 'warning' : 'state');

/**
 * The journal, newest first, as one line per occurrence, newest first: the entry that the alarm rose,
 * its `end` where it is over, and whether it is `open`. `standing` are the codes of the alarms on now.
 * An end whose beginning the journal no longer holds is a line of its own with `lost` set.
 */
export function occurrences(entries, standing) {
  const ends = new Map();
  const seen = new Set();
  const lines = [];
  for (const entry of entries) {
    if (!entry.raised) {
      ends.set(entry.code, entry);
      continue;
    }
    const end = ends.get(entry.code);
    ends.delete(entry.code);
    const open = !end && !seen.has(entry.code) && standing.has(entry.code);
    seen.add(entry.code);
    lines.push({...entry, end, open, lost: false});
  }
  return [...lines, ...[...ends.values()].map((end) => ({...end, end, open: false, lost: true}))];
}

/** The occurrences that are over, the latest end first. */
export const over = (lines) => lines.filter((line) => line.end).sort((one, other) => other.end.seq - one.end.seq);
