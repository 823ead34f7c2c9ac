//! `numeric` in its binary form, exactly: groups of four decimal digits.
//!
//! The form is that of the server's `numeric_send`: number of groups, weight of the first (its power of 10,000), sign, how
//! many digits stand after the point, groups. A number that `Decimal` cannot hold is refused and never rounded.

use bytes::{BufMut, BytesMut};
use rust_decimal::Decimal;

const NEGATIVE: u16 = 0x4000;

/// Reads a number; none where it is NaN, infinite, malformed, or has more digits than fit.
pub(crate) fn read(raw: &[u8]) -> Option<Decimal> {
    let mut words = raw.chunks_exact(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    let count = usize::from(words.next()?);
    let weight = i32::from(words.next()?.cast_signed());
    let sign = words.next()?;
    let shown = u32::from(words.next()?);
    if sign & !NEGATIVE != 0 || raw.len() != 8 + 2 * count {
        return None;
    }
    let mut mantissa = 0i128;
    for group in words {
        if group > 9999 {
            return None;
        }
        mantissa = mantissa
            .checked_mul(10_000)?
            .checked_add(i128::from(group))?;
    }
    // The last group stands at this power of ten.
    let power = 4 * (weight + 1 - i32::try_from(count).ok()?);
    let mut scale = if mantissa == 0 {
        0
    } else if power >= 0 {
        mantissa = mantissa.checked_mul(10i128.checked_pow(power.unsigned_abs())?)?;
        0
    } else {
        power.unsigned_abs()
    };
    // As many digits after the point as the number is shown with, as far as they fit.
    while scale > shown.min(Decimal::MAX_SCALE) && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    while scale < shown.min(Decimal::MAX_SCALE) {
        let Some(more) = mantissa.checked_mul(10).filter(|more| *more < 1 << 96) else {
            break;
        };
        mantissa = more;
        scale += 1;
    }
    if sign == NEGATIVE {
        mantissa = -mantissa;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// Writes a number.
pub(crate) fn write(number: &Decimal, out: &mut BytesMut) {
    // Four digits a group on both sides of the point: as many more as that takes.
    let more = (4 - number.scale() % 4) % 4;
    // 96 bits and three digits fit into 128 bits.
    let mut rest = number.mantissa().unsigned_abs() * 10u128.pow(more);
    let mut after = i16::try_from((number.scale() + more) / 4).unwrap_or(0);
    let mut groups = [0u16; 10];
    let mut first = groups.len();
    while rest > 0 && first > 0 {
        let group = u16::try_from(rest % 10_000).unwrap_or(0);
        rest /= 10_000;
        if group == 0 && first == groups.len() {
            // What ends in zeros is written without them.
            after -= 1;
            continue;
        }
        first -= 1;
        groups[first] = group;
    }
    let groups = groups.get(first..).unwrap_or_default();
    let count = i16::try_from(groups.len()).unwrap_or(0);
    out.put_i16(count);
    out.put_i16(if count == 0 { 0 } else { count - after - 1 });
    out.put_u16(if number.is_sign_negative() && count > 0 {
        NEGATIVE
    } else {
        0
    });
    out.put_u16(u16::try_from(number.scale()).unwrap_or(0));
    for group in groups {
        out.put_u16(*group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: &Decimal) -> BytesMut {
        let mut out = BytesMut::new();
        write(number, &mut out);
        out
    }

    #[test]
    fn every_number_comes_back_with_its_digits() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1",
            "10",
            "10000",
            "100000000",
            "0.0001",
            "0.00010",
            "12345.6789",
            "-0.5",
            "99999999.99999999",
            "79228162514264337593543950335",
            "-79228162514264337593543950335",
            "0.0000000000000000000000000001",
            "7.9228162514264337593543950335",
            "1000000.0000001",
            "3950.123456",
            "0.1",
            "1.10",
        ] {
            let number = Decimal::from_str_exact(text).unwrap();
            let back = read(&written(&number)).unwrap();
            assert_eq!(back, number, "{text}");
            assert_eq!(back.to_string(), text);
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_server() {
        // 3950.123456, as `numeric_send` writes it.
        let bytes = b"\0\x03\0\0\0\0\0\x06\x0f\x6e\x04\xd2\x15\xe0";
        let number = Decimal::from_str_exact("3950.123456").unwrap();
        assert_eq!(&written(&number)[..], bytes);
        assert_eq!(read(bytes), Some(number));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_rounded() {
        let number = |weight: i16, sign: u16, shown: u16, groups: &[u16]| {
            let mut out = BytesMut::new();
            out.put_u16(u16::try_from(groups.len()).unwrap());
            out.put_i16(weight);
            out.put_u16(sign);
            out.put_u16(shown);
            groups.iter().for_each(|group| out.put_u16(*group));
            read(&out)
        };
        assert_eq!(number(0, 0xC000, 0, &[]), None, "NaN");
        assert_eq!(number(0, 0xD000, 0, &[]), None, "infinity");
        assert_eq!(
            number(7, 0, 0, &[9]),
            None,
            "10,000 to the seventh is too large"
        );
        assert_eq!(number(-8, 0, 32, &[1]), None, "a digit at the 32nd place");
        assert_eq!(
            number(0, 0, 40, &[1]).unwrap().to_string(),
            "1.0000000000000000000000000000"
        );
        assert_eq!(number(i16::MIN, 0, 0, &[1]), None);
        assert_eq!(number(i16::MAX, 0, 0, &[1]), None);
        assert_eq!(number(0, 0, 0, &[10_000]), None, "no group of four digits");
        assert_eq!(read(&[0, 1, 0, 0]), None, "cut short");
        assert_eq!(read(&[]), None);
    }
}
