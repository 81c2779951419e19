// Numbers that look random and are the same in every run, so that everybody measures the same text.

/** A source of choices; `seed` decides all of them. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
  return {
    /** A whole number from `low` up to and with `high`. */
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (probability) => next() < probability,
  };
}

export const nouns =
  'account address basket batch border branch bucket budget carrier catalog channel claim column contract courier customer deadline delivery discount document driver event expense filter folder forecast holiday index invoice item journal label ledger letter limit location machine manager market member message metric mirror month notice number office order owner package parcel payment period permit person picture place plan policy price product profile project quarter queue range rate receipt record refund region report request result route sample schedule season section segment setting shelf shipment signal source stock store summary supplier table target task template ticket token total tour transfer unit update user value vehicle version visit voucher warehouse window worker zone'.split(
    ' ',
  );
export const verbs =
  'apply archive assign attach balance build calculate check close collect combine compare convert count create decide deliver describe export fetch filter find format gather group import join list load locate lookup mark match measure merge move normalise notify order pack parse plan prepare print publish read rebuild reduce refresh register remove render repair replace resolve restore route select send sort split store sum sync track trim update validate verify weigh'.split(
    ' ',
  );
export const adjectives =
  'active annual average blank broken certain common complete current daily empty final first foreign free full general internal large late latest local long lower main missing monthly next old open other partial past pending plain possible previous public raw recent safe second short simple single small sorted special stable strict total unique upper usual valid weekly whole'.split(
    ' ',
  );
