/** strftime and mktime of mawk, in UTC: Machines have no other time zone. */
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const two = (number: number) => String(number).padStart(2, '0');

export function formatTime(format: string, seconds: number): string {
  const date = new Date(Math.trunc(seconds) * 1000);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const [hour, minute, second, weekday] = [
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCDay(),
  ];
  const dayName = days[weekday] ?? '';
  const monthName = months[month] ?? '';
  const yearDay = Math.floor((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  const short = `${two(month + 1)}/${two(day)}/${two(year % 100)}`;
  const fields = new Map<string, string>([
    ['a', dayName.slice(0, 3)],
    ['A', dayName],
    ['b', monthName.slice(0, 3)],
    ['h', monthName.slice(0, 3)],
    ['B', monthName],
    ['c', `${dayName.slice(0, 3)} ${monthName.slice(0, 3)} ${String(day).padStart(2)} ${clock} ${year}`],
    ['C', two(Math.floor(year / 100))],
    ['d', two(day)],
    ['D', short],
    ['e', String(day).padStart(2)],
    ['F', `${year}-${two(month + 1)}-${two(day)}`],
    ['H', two(hour)],
    ['I', two(hour % 12 || 12)],
    ['j', String(yearDay).padStart(3, '0')],
    ['m', two(month + 1)],
    ['M', two(minute)],
    ['n', '\n'],
    ['p', hour < 12 ? 'AM' : 'PM'],
    ['R', `${two(hour)}:${two(minute)}`],
    ['s', String(Math.trunc(seconds))],
    ['S', two(second)],
    ['t', '\t'],
    ['T', clock],
    ['u', String(weekday || 7)],
    ['w', String(weekday)],
    ['x', short],
    ['X', clock],
    ['y', two(year % 100)],
    ['Y', String(year)],
    ['z', '+0000'],
    ['Z', 'UTC'],
    ['%', '%'],
  ]);
  return format.replaceAll(/%([a-zA-Z%])/g, (whole, letter: string) => fields.get(letter) ?? whole);
}

/** `YYYY MM DD HH MM SS`; -1 when it is no time. */
export function makeTime(text: string): number {
  const numbers = text.trim().split(/\s+/).map(Number);
  const [
    year = Number.NaN,
    month = Number.NaN,
    day = Number.NaN,
    hour = Number.NaN,
    minute = Number.NaN,
    second = Number.NaN,
  ] = numbers;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return Number.isNaN(time) ? -1 : time / 1000;
}
