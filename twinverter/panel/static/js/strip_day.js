// The figures behind the strip: the last 24 hours laid on the face of one day, and the timetable.
// Left of the now line lies today, right of it what the same hours of yesterday were.

export const DAY_S = 86400;
const STEP_S = 300;
export const STEP_H = STEP_S / 3600;
const SLOT_ROWS = 6;

/** A point of /api/strip on the face of the day: hour of day, and powers in W, none of them missing. */
function placed(point, now_s) {
  const middle_s = point.clock_s + STEP_S / 2;
  const midnight_s = now_s - (now_s % DAY_S);
  return {
    hour: (middle_s % DAY_S) / 3600,
    today: middle_s >= midnight_s,
    clock_s: point.clock_s,
    pv_w: Math.max(0, point.pv_w),
    battery_w: point.battery_w,
    grid_w: point.grid_w,
    gen_w: Math.max(0, point.gen_w || 0),
    load_w: Math.max(0, point.load_w) + Math.max(0, point.home_w || 0),
    soc: point.soc,
    there: point.grid_there >= 0.5,
  };
}

/** The points of the last 24 hours, oldest first, each with its place on the day. */
export function dayOf(points, now_s) {
  return points
    .filter((point) => point.clock_s > now_s - DAY_S && point.clock_s <= now_s)
    .map((point) => placed(point, now_s));
}

/** Runs of points that follow each other without a gap, on one side of midnight. */
export function runsOf(day) {
  const runs = [];
  for (const point of day) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    const follows = before && point.clock_s - before.clock_s < 1.5 * STEP_S && point.today === before.today;
    if (follows) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

/** The stretches in which the grid stood or did not: `{from, to, there}` in hours of the day. */
export function gridRuns(day) {
  const half_h = STEP_H / 2;
  const runs = [];
  for (const points of runsOf(day)) {
    for (const point of points) {
      const last = runs.at(-1);
      const touching = last && last.there === point.there && Math.abs(last.to - (point.hour - half_h)) < 1e-6;
      if (touching) last.to = point.hour + half_h;
      else runs.push({from: point.hour - half_h, to: point.hour + half_h, there: point.there});
    }
  }
  return runs;
}

const hourOf = (text) => {
  const [hour, minute] = String(text).split(':').map(Number);
  return hour + minute / 60;
};

/**
 * The timetable as pieces of the day, a piece over midnight cut in two:
 * `{from, to, row, goal, unit, grid, gen}`; empty while Time Of Use is off or not known.
 */
export function slotsOf(setting) {
  if (setting('tou_enable') !== true) return [];
  const volts = setting('batt_mode') === 'use_batt_v';
  const rows = Array.from({length: SLOT_ROWS}, (_, place) => place + 1);
  const starts = rows.map((row) => hourOf(setting(`tou${row}_time`)));
  const together = starts.every((start) => start === starts[0]);
  return rows.flatMap((row) => {
    const [from, end] = [starts[row - 1], starts[row % SLOT_ROWS]];
    const slot = {
      row,
      goal: setting(volts ? `tou${row}_batt_v` : `tou${row}_batt_pct`),
      unit: volts ? 'V' : '%',
      grid: setting(`tou${row}_grid_charge`) === true && setting('grid_charge') === true,
      gen: setting(`tou${row}_gen_charge`) === true && setting('gen_charge') === true,
    };
    // Any row may be the one that runs over midnight; where all start together the first one holds.
    const whole = together && row === 1 ? [[0, 24]] : [];
    const pieces = together ? whole : end >= from ? [[from, end]] : [[0, end], [from, 24]];
    return pieces.filter(([a, b]) => b > a).map(([a, b]) => ({...slot, from: a, to: b}));
  });
}

/** The energies of a day in Wh. */
export function sumsOf(day) {
  const sum_wh = (of) => day.reduce((all, point) => all + of(point) * STEP_H, 0);
  return {
    pv_wh: sum_wh((point) => point.pv_w),
    load_wh: sum_wh((point) => point.load_w),
    bought_wh: sum_wh((point) => Math.max(0, point.grid_w)),
    sold_wh: sum_wh((point) => Math.max(0, -point.grid_w)),
  };
}

/** Where the axis ends: half steps around all stacks, at least 1 kW up; and the step between rules. */
export function axisOf(day) {
  const up = (point) => Math.max(point.load_w,
    point.pv_w + Math.max(0, point.battery_w) + point.gen_w + Math.max(0, point.grid_w));
  const down = (point) => Math.max(0, -point.battery_w) + Math.max(0, -point.grid_w);
  const top_kw = Math.max(1, ...day.map((point) => up(point) / 1000));
  const low_kw = Math.max(0.2, ...day.map((point) => down(point) / 1000));
  const step_kw = [0.5, 1, 2, 4, 5, 10, 20, 50].find((step) => (top_kw + low_kw) / step <= 4.5) || 100;
  const ceiling_w = (kw) => Math.ceil(kw / step_kw * 2) / 2 * step_kw * 1000;
  return {top_w: ceiling_w(top_kw) * 1.03, low_w: -ceiling_w(low_kw) * 1.03, step_w: step_kw * 1000};
}

/** The point whose five minutes hold an hour of the day, else one beside them, else null. */
export function pointAt(day, hour) {
  const off = (point) => hour - (point.hour - STEP_H / 2);
  const inside = day.find((point) => off(point) > -1e-9 && off(point) < STEP_H - 1e-9);
  return inside || day.find((point) => Math.abs(point.hour - hour) <= STEP_H) || null;
}
