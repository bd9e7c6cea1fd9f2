//! Sizes of files.

/// `812 B`, `1.4 KiB`, `10.0 MiB`: in the units in which limits are told.
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1_024 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut whole = bytes;
    while whole >= 1 << 20 && unit + 1 < UNITS.len() {
        whole >>= 10;
        unit += 1;
    }
    let tenths = ((whole & 1_023) * 10) >> 10;
    format!("{}.{tenths} {}", whole >> 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        for (bytes, told) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_024, "1.0 KiB"),
            (1_500, "1.4 KiB"),
            (1_048_575, "1023.9 KiB"),
            (10_485_760, "10.0 MiB"),
            (3_221_225_472, "3.0 GiB"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }
}
