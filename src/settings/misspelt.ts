import { isOneEditAway } from "./one-edit";
import { SETTING_NAMES } from "./settings";
import type { Environment } from "./environment";

export interface MisspeltSetting {
  name: string;
  meant: string;
}

/** Shorter names are one letter from too many words. */
const LEAST_LENGTH = 8;

/**
 * Variables whose name is one letter from a setting of ours: they would be read by nobody, and the default be taken without
 * a word. The environment is full of other programs' names, so nothing farther off is looked at, nor what is blank.
 */
export function misspeltSettings(env: Environment): MisspeltSetting[] {
  const ours: readonly string[] = SETTING_NAMES.filter((name) => name.length >= LEAST_LENGTH);
  return Object.keys(env)
    .filter((name) => /^\w+$/.test(name) && !ours.includes(name) && env[name]?.trim())
    .flatMap((name) => {
      const meant = ours.find((own) => isOneEditAway(name, own));
      return meant === undefined ? [] : [{ name, meant }];
    });
}

export function didYouMean({ name, meant }: MisspeltSetting): string {
  return `The variable ${name} is set, but there is no such setting. Did you mean ${meant}?`;
}
