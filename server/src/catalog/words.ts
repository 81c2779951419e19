// Compiled parts of a row in the words of the grammar again, for showing which guard failed. The inverse of paths.ts.
import type { CallSlot, Guard, Place } from './model.ts';

/** A place as rules are written: `Argument[0,messages:].Element.Field[content]`. */
export function placeText({ slot, path }: Place): string {
  return [slotText(slot), ...path.map(elementText)].join('.');
}

/** A guard as rules are written: `Argument[purpose:] is fine-tune | batch or absent`. */
export function guardText({ place, test, values, assume }: Guard): string {
  // A null at the end of `is` may have been written `None` as well; it means that the argument is not given.
  const given = values.filter((value) => value !== null).map(constantText);
  const absent = values.includes(null) ? ' or absent' : '';
  return `${placeText(place)} ${test}${given.length > 0 ? ` ${given.join(' | ')}` : ''}${absent}${assume ? ' or unknown' : ''}`;
}

function constantText(value: Guard['values'][number]): string {
  // A text that looks like a constant of another type was written in quotes.
  return typeof value === 'string' && /^(?:true|false|True|False|null|None|-?\d+(?:\.\d+)?)$/.test(value)
    ? `'${value}'`
    : String(value);
}

function slotText(slot: CallSlot): string {
  switch (slot.at) {
    case 'self':
      return 'Self';
    case 'return':
      return 'ReturnValue';
    case 'keywords':
      return 'Argument[*:]';
    case 'module':
      return 'Module';
    case 'rerun':
      return 'Rerun';
    case 'member':
      return 'Member';
    case 'capture':
      return `{${slot.name}}`;
    case 'arguments':
      return slot.from === 0 ? 'Argument[any]' : `Argument[${slot.from}..]`;
    case 'argument':
      return argumentText(slot.index, slot.name);
    case 'callback':
      return `${calledText(slot)}Parameter[${slot.parameter < 0 ? '*:' : slot.parameter}]`;
    case 'callback-return':
      return `${calledText(slot)}ReturnValue`;
    case 'callback-argument':
      return `${calledText(slot)}Parameter[${slot.parameter}].Argument[${slot.argument}]`;
  }
}

/** The callable of a slot and a dot; nothing where it is the function that overrides a member. */
function calledText(slot: Extract<CallSlot, { at: `callback${string}` }>): string {
  const inside = (slot.inside ?? []).map((element) => `${elementText(element)}.`).join('');
  return slot.index === -2 && inside === '' ? '' : `${argumentText(slot.index, slot.name)}.${inside}`;
}

function argumentText(index: number, name: string | undefined): string {
  if (index === -2) return 'Self';
  if (name === undefined) return `Argument[${index}]`;
  return index < 0 ? `Argument[${name}:]` : `Argument[${index},${name}:]`;
}

function elementText(element: string): string {
  if (element === '*') return 'Element';
  if (element === '#encoded' || /^\d+$/.test(element)) return element;
  const computed = /^=(\d+)$/.exec(element);
  return computed ? `Field[=Argument[${computed[1]}]]` : `Field[${element}]`;
}
