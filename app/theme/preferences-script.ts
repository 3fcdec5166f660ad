/**
 * What has to be known before the first paint, or the page would flash or jump: the theme, and where the reader put the
 * lines between the panes. Runs in <head>, as text, before any module.
 */
import { splitKeys } from '../workspace/split-sizes';
import { themeScript } from './theme';

const splitScript = `(()=>{try{for(const k of ${JSON.stringify(splitKeys)}){const v=localStorage.getItem('underlay.'+k);
if(v&&/^\\d+(\\.\\d+)?$/.test(v))document.documentElement.style.setProperty('--'+k,v+'%')}}catch{}})()`;

export const preferencesScript = `${themeScript};${splitScript}`;
