/** strftime(3) in the C locale and UTC, which is what a Machine has. */
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
const daySeconds = 86_400;

interface Moment {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  yearDay: number;
}

export function strftime(format: string, seconds: number): string {
  const moment = momentOf(seconds);
  return format.replace(/%[-_0^#EO]?([a-zA-Z%+])/g, (whole, letter: string) => {
    const text = field(letter, moment, seconds);
    if (text === null) return whole;
    if (whole.length === 3 && whole[1] === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (whole.length === 3 && whole[1] === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    return whole.length === 3 && whole[1] === '^' ? text.toUpperCase() : text;
  });
}

function momentOf(seconds: number): Moment {
  const dayNumber = Math.floor(seconds / daySeconds);
  const rest = seconds - dayNumber * daySeconds;
  // Civil from days (era of 400 years, from 1 March 0000).
  const z = dayNumber + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1] ?? 0;
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: Math.floor(rest % 60),
    weekday: (((dayNumber + 4) % 7) + 7) % 7,
    yearDay: before + day + (isLeap && month > 2 ? 1 : 0),
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function field(letter: string, t: Moment, seconds: number): string | null {
  const hour12 = t.hour % 12 === 0 ? 12 : t.hour % 12;
  const day = days[t.weekday] ?? '';
  const month = months[t.month - 1] ?? '';
  switch (letter) {
    case 'a':
      return day.slice(0, 3);
    case 'A':
      return day;
    case 'b':
    case 'h':
      return month.slice(0, 3);
    case 'B':
      return month;
    case 'c':
      return `${day.slice(0, 3)} ${month.slice(0, 3)} ${String(t.day).padStart(2)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} ${t.year}`;
    case 'C':
      return two(Math.floor(t.year / 100));
    case 'd':
      return two(t.day);
    case 'D':
    case 'x':
      return `${two(t.month)}/${two(t.day)}/${two(t.year % 100)}`;
    case 'e':
      return String(t.day).padStart(2);
    case 'F':
      return `${t.year}-${two(t.month)}-${two(t.day)}`;
    case 'g':
      return two(isoWeek(t).year % 100);
    case 'G':
      return String(isoWeek(t).year);
    case 'H':
      return two(t.hour);
    case 'I':
      return two(hour12);
    case 'j':
      return String(t.yearDay).padStart(3, '0');
    case 'k':
      return String(t.hour).padStart(2);
    case 'l':
      return String(hour12).padStart(2);
    case 'm':
      return two(t.month);
    case 'M':
      return two(t.minute);
    case 'n':
      return '\n';
    case 'p':
      return t.hour < 12 ? 'AM' : 'PM';
    case 'P':
      return t.hour < 12 ? 'am' : 'pm';
    case 'r':
      return `${two(hour12)}:${two(t.minute)}:${two(t.second)} ${t.hour < 12 ? 'AM' : 'PM'}`;
    case 'R':
      return `${two(t.hour)}:${two(t.minute)}`;
    case 's':
      return String(Math.floor(seconds));
    case 'S':
      return two(t.second);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
    case 'u':
      return String(t.weekday === 0 ? 7 : t.weekday);
    case 'U':
      return two(Math.floor((t.yearDay + 6 - t.weekday) / 7));
    case 'V':
      return two(isoWeek(t).week);
    case 'w':
      return String(t.weekday);
    case 'W':
      return two(Math.floor((t.yearDay + 6 - ((t.weekday + 6) % 7)) / 7));
    case 'y':
      return two(t.year % 100);
    case 'Y':
      return String(t.year);
    case 'z':
      return '+0000';
    case 'Z':
      return 'UTC';
    case '%':
      return '%';
    default:
      return null;
  }
}

function isoWeek(t: Moment): { year: number; week: number } {
  const weekday = t.weekday === 0 ? 7 : t.weekday;
  const week = Math.floor((t.yearDay - weekday + 10) / 7);
  if (week < 1) return { year: t.year - 1, week: weeksOf(t.year - 1) };
  if (week > weeksOf(t.year)) return { year: t.year + 1, week: 1 };
  return { year: t.year, week };
}

function weeksOf(year: number): number {
  const p = (y: number) => (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)) % 7;
  return p(year) === 4 || p(year - 1) === 3 ? 53 : 52;
}
