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

/// The language that `word`, of ASCII letters in either case, speaks for.
pub(super) fn tongue(word: &[u8]) -> Option<Tongue> {
    let key = key(word)?;
    let mut slot = slot(key);
    loop {
        match TABLE[slot] {
            None => return None,
            Some((known, tongue)) if known == key => return Some(tongue),
            Some(_) => slot = (slot + 1) % SLOTS,
        }
    }
}

/// A word of up to 16 letters as a number; longer ones are in no list.
fn key(word: &[u8]) -> Option<u128> {
    if word.len() > 16 {
        return None;
    }
    let mut letters = [0; 16];
    letters[..word.len()].copy_from_slice(word);
    // Sets the bit that parts upper from lower case, in letters and (harmlessly) in the padding.
    Some(u128::from_le_bytes(letters) | u128::from_le_bytes([0x20; 16]))
}

/// Four times as many as there are words, so that most look-ups end at the first slot.
const SLOTS: usize = 2048;

fn slot(key: u128) -> usize {
    let mixed = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 53) as usize
}

type Table = Box<[Option<(u128, Tongue)>]>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table: Table = vec![None; SLOTS].into_boxed_slice();
    for (tongue, words) in WORDS {
        for word in words.split_whitespace() {
            let key = key(word.as_bytes()).expect("no word of the lists has over 16 letters");
            let mut at = slot(key);
            while table[at].is_some() {
                at = (at + 1) % SLOTS;
            }
            table[at] = Some((key, tongue));
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
        assert_eq!(tongue(b"THE"), Some(Tongue::English));
        assert_eq!(tongue(b"Kerana"), Some(Tongue::Malay));
        assert_eq!(tongue(b"perusahaan"), Some(Tongue::Indonesian));
        assert_eq!(tongue(b"yang"), Some(Tongue::MalayOrIndonesian));
        assert_eq!(tongue(b"zeppelin"), None);
        assert_eq!(tongue(b"pertanggungjawaban"), None);
        let mut all: Vec<_> =
            WORDS.iter().flat_map(|(_, words)| words.split_whitespace()).collect();
        all.sort_unstable();
        let count = all.len();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(count * 4 <= SLOTS * 2, "{count} words");
    }
}
