//! Small words, and words that only one of two close languages has.

use std::sync::LazyLock;

/// Which language a small word speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    /// English.
    English,
    /// Malay, and not Indonesian.
    Malay,
    /// Indonesian, and not Malay.
    Indonesian,
    /// Either of the two.
    MalayOrIndonesian,
}

/// Looks words up; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Lexicon(&'static Table);

impl Lexicon {
    /// The lexicon, made on first use.
    pub(super) fn get() -> Self {
        Self(&TABLE)
    }

    /// The language that the word `text[start..end]`, of ASCII letters in either case, speaks for.
    pub(super) fn tongue(self, text: &[u8], start: usize, end: usize) -> Option<Tongue> {
        let key = key(text, start, end)?;
        let mut slot = slot(key);
        loop {
            match self.0[slot] {
                (0, _) => return None,
                (known, tongue) if known == key => return Some(tongue),
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }
}

/// A word of up to 16 letters as a number that no other word of the lists has; 0 is no word.
fn key(text: &[u8], start: usize, end: usize) -> Option<u64> {
    let len = end - start;
    if !(1..=16).contains(&len) {
        return None;
    }
    let letters = match text.get(start..start + 16).and_then(|block| block.try_into().ok()) {
        Some(block) => u128::from_le_bytes(block) & (u128::MAX >> (128 - 8 * len)),
        None => {
            let mut block = [0; 16];
            block[..len].copy_from_slice(&text[start..end]);
            u128::from_le_bytes(block)
        }
    };
    // Sets the bit that parts upper from lower case, in letters and (harmlessly) in the padding.
    let letters = letters | u128::from_le_bytes([0x20; 16]);
    let (low, high) = (letters as u64, (letters >> 64) as u64);
    Some(low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F) | 1)
}

/// Four times as many as there are words, so that most look-ups end at the first slot.
const SLOTS: usize = 2048;

fn slot(key: u64) -> usize {
    (key >> 53) as usize
}

type Table = [(u64, Tongue); SLOTS];

static TABLE: LazyLock<Box<Table>> = LazyLock::new(|| {
    let mut table: Box<Table> = Box::new([(0, Tongue::English); SLOTS]);
    for (tongue, words) in WORDS {
        for word in words.split_whitespace() {
            let key = key(word.as_bytes(), 0, word.len())
                .expect("no word of the lists has over 16 letters");
            let mut at = slot(key);
            while table[at].0 != 0 {
                at = (at + 1) % SLOTS;
            }
            table[at] = (key, tongue);
        }
    }
    table
});

const WORDS: [(Tongue, &str); 4] = [
    (
        Tongue::English,
        "the of and to is for that was with by from has have had said are were be \
         been which this their its they his he she her not but who more an it at as \
         than would will could should after before over into about out or if when \
         where while what how why also all one two there these those such other some \
         most no new first last year years says on in can may we our you your my me \
         him them do does did being because between during under against through only \
         up down off just very so then any each few both own same now",
    ),
    (
        Tongue::MalayOrIndonesian,
        "yang dan di ini itu dengan untuk dari pada dalam tidak akan ada oleh juga \
         telah adalah ke kepada mereka kami kita saya dia ia anda atau sebagai lebih \
         serta bagi antara tersebut seperti secara tetapi hanya masih sudah belum \
         boleh dapat perlu harus lagi sangat banyak beberapa semua setiap para lain \
         satu dua tiga empat lima tahun hari bulan negara orang menteri presiden \
         sebuah seorang melalui terhadap tentang sejak hingga sehingga sebelum ketika \
         jika bahkan namun menjadi membuat memberikan menggunakan dilakukan merupakan \
         kata katanya dunia baru besar kecil tinggi pertama kedua kerja masyarakat \
         kesehatan ekonomi adakah apa siapa mana bila bagaimana mengapa sama lalu \
         kini lama luar atas bawah jangan terdapat tanpa anak rumah air tempat waktu \
         jalan beliau pihak kawasan kumpulan sekolah rakyat kementerian supaya agar \
         mengenai termasuk sekarang minggu bukan mempunyai memiliki menyebabkan juta \
         ribu sistem hubungan ketua malah pejabat kereta pasukan sepanjang kajian \
         pelajar datuk turut berlaku bagaimanapun ujian kebanyakan lelaki wanita \
         setelah sementara menurut sekitar selama kelompok saat sedang hal ingin \
         sakit korban negeri kota pun nanti kalau tak mengatakan",
    ),
    (
        Tongue::Malay,
        "kerana ialah bahawa wang syarikat mac ogos disember julai iaitu manakala \
         berkata kerajaan ahad khamis jumaat isnin peratus ringgit sekiranya mahu \
         pelbagai ramai apabila dijangka polis projek universiti kes selepas daripada \
         baharu awam mesyuarat maklumat doktor sains perkhidmatan kualiti aktiviti \
         semasa berbanding sahaja pesakit hospital dato encik puan susulan \
         memaklumkan menerusi walau tiada memandangkan parlimen jangkitan sebarang \
         tarikh bandar bilion cukai kejohanan perlawanan filem muzik rasmi beritahu \
         memberitahu hadapan seramai menyifatkan berikutan peguam tentera perancis \
         itali sepanyol britain komuniti identiti stesen bateri elektrik haiwan \
         makmal simptom fasa zon sukan nombor agensi pengurus penyakit dakwaan \
         kesihatan pekerja hendaklah menyatakan kalangan",
    ),
    (
        Tongue::Indonesian,
        "karena bahwa uang perusahaan maret agustus desember juli juni bisa ujar \
         ujarnya tapi kantor mobil polisi pemerintah persen berbagai kasus \
         universitas proyek senin kamis jumat yaitu yakni usai miliar triliun rupiah \
         mantan dokter informasi kualitas aktivitas warga kabupaten provinsi gubernur \
         walikota nggak resmi pasien penelitian siswa kepolisian pengadilan tersangka \
         serikat prancis inggris italia spanyol tentara komunitas identitas listrik \
         hewan laboratorium stasiun olahraga musik tim bisnis pajak butuh kebutuhan \
         kecelakaan bandara dirinya membutuhkan berusaha situs",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_either_case_and_no_word_is_listed_twice() {
        let tongue = |word: &[u8]| Lexicon::get().tongue(word, 0, word.len());
        assert_eq!(tongue(b"THE"), Some(Tongue::English));
        assert_eq!(tongue(b"Kerana"), Some(Tongue::Malay));
        assert_eq!(tongue(b"perusahaan"), Some(Tongue::Indonesian));
        assert_eq!(tongue(b"yang"), Some(Tongue::MalayOrIndonesian));
        assert_eq!(tongue(b"zeppelin"), None);
        assert_eq!(tongue(b"pertanggungjawaban"), None);
        let text = b"all of the words of this text";
        assert_eq!(Lexicon::get().tongue(text, 7, 10), Some(Tongue::English));
        assert_eq!(Lexicon::get().tongue(text, 25, 29), None);
        let mut all: Vec<_> =
            WORDS.iter().flat_map(|(_, words)| words.split_whitespace()).collect();
        all.sort_unstable();
        let count = all.len();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(count * 3 <= SLOTS, "{count} words");
        let mut keys: Vec<_> = all.iter().map(|w| key(w.as_bytes(), 0, w.len()).unwrap()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
