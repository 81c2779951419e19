// Options of the command line that several commands have.
import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../catalog/yaml.ts';

/** An option with a fixed set of values; an error names them and the nearest. */
export function choice(flags: string, description: string, values: readonly string[], standard?: string): Option {
  const option = new Option(flags, `${description}: ${values.join(', ')}`).argParser((value: string) => {
    if (values.includes(value)) return value;
    const near = nearest(value, values);
    throw new InvalidArgumentError(`Use ${values.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
  });
  return standard === undefined ? option : option.default(standard);
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, list: readonly string[]): readonly string[] {
  return [...list, value];
}
