'use client';

import { useEffect, useState } from 'react';
import { Moon, Screen, Sun } from '../ui/icons';
import { chooseTheme, followSystemTheme, type ThemeChoice, themeChoice } from './theme';

const next: Record<ThemeChoice, ThemeChoice> = { system: 'light', light: 'dark', dark: 'system' };
const names: Record<ThemeChoice, string> = { system: 'as the system', light: 'light', dark: 'dark' };
const icons = { system: Screen, light: Sun, dark: Moon };

export function ThemeToggle() {
  const [choice, setChoice] = useState<ThemeChoice>('system');
  useEffect(() => {
    setChoice(themeChoice());
    return followSystemTheme();
  }, []);
  const Icon = icons[choice];
  const turn = () => {
    chooseTheme(next[choice]);
    setChoice(next[choice]);
  };
  const label = `Theme: ${names[choice]}. Change to ${names[next[choice]]}.`;
  return (
    <button type="button" className="icon-button" onClick={turn} aria-label={label} title={label}>
      <Icon />
    </button>
  );
}
