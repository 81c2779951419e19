;; The inner loop of Teddy; teddy.ts says what it is for and fills the tables.
;; Memory: at 0 eight tables of 16 bytes, two for each byte of a word, by its lower and by its upper half. Each of their bytes
;; is a set of eight groups of words. At 128 a set of hashes of 16 bits, those of the words. Behind it lies the text.
(module
  (memory (export "memory") 5)
  ;; The first place from $at on where words of one group may stand and the hash is that of a word, sixteen places at a time. It
  ;; is $end or beyond if there is none before. Reads up to 18 bytes behind $end.
  (func (export "next") (param $at i32) (param $end i32) (result i32)
    (local $half v128) (local $groups v128) (local $places i32) (local $place i32) (local $hash i32)
    (local $first v128) (local $second v128) (local $third v128) (local $fourth v128)
    (local $lower1 v128) (local $upper1 v128) (local $lower2 v128) (local $upper2 v128)
    (local $lower3 v128) (local $upper3 v128) (local $lower4 v128) (local $upper4 v128)
    (local.set $half (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))
    (local.set $lower1 (v128.load offset=0 (i32.const 0)))
    (local.set $upper1 (v128.load offset=16 (i32.const 0)))
    (local.set $lower2 (v128.load offset=32 (i32.const 0)))
    (local.set $upper2 (v128.load offset=48 (i32.const 0)))
    (local.set $lower3 (v128.load offset=64 (i32.const 0)))
    (local.set $upper3 (v128.load offset=80 (i32.const 0)))
    (local.set $lower4 (v128.load offset=96 (i32.const 0)))
    (local.set $upper4 (v128.load offset=112 (i32.const 0)))
    (block $none
      (loop $block
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $first (v128.load offset=0 (local.get $at)))
        (local.set $second (v128.load offset=1 (local.get $at)))
        (local.set $third (v128.load offset=2 (local.get $at)))
        (local.set $fourth (v128.load offset=3 (local.get $at)))
        (local.set $groups
          (v128.and
            (v128.and
              (v128.and
                (i8x16.swizzle (local.get $lower1) (v128.and (local.get $first) (local.get $half)))
                (i8x16.swizzle (local.get $upper1) (i8x16.shr_u (local.get $first) (i32.const 4))))
              (v128.and
                (i8x16.swizzle (local.get $lower2) (v128.and (local.get $second) (local.get $half)))
                (i8x16.swizzle (local.get $upper2) (i8x16.shr_u (local.get $second) (i32.const 4)))))
            (v128.and
              (v128.and
                (i8x16.swizzle (local.get $lower3) (v128.and (local.get $third) (local.get $half)))
                (i8x16.swizzle (local.get $upper3) (i8x16.shr_u (local.get $third) (i32.const 4))))
              (v128.and
                (i8x16.swizzle (local.get $lower4) (v128.and (local.get $fourth) (local.get $half)))
                (i8x16.swizzle (local.get $upper4) (i8x16.shr_u (local.get $fourth) (i32.const 4)))))))
        (if (v128.any_true (local.get $groups))
          (then
            (local.set $places (i8x16.bitmask (i8x16.ne (local.get $groups) (v128.const i64x2 0 0))))
            (loop $next
              (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $places))))
              (local.set $hash
                (i32.shr_u (i32.mul (i32.load align=1 (local.get $place)) (i32.const 0x9E3779B1)) (i32.const 16)))
              (if
                (i32.and
                  (i32.shr_u
                    (i32.load8_u offset=128 (i32.shr_u (local.get $hash) (i32.const 3)))
                    (i32.and (local.get $hash) (i32.const 7)))
                  (i32.const 1))
                (then (return (local.get $place))))
              (local.set $places (i32.and (local.get $places) (i32.sub (local.get $places) (i32.const 1))))
              (br_if $next (local.get $places)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $block)))
    (local.get $end)))
