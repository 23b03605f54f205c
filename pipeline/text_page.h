/* SPDX-License-Identifier: MIT */
/* The words of report.html, one row each; the page finds them by name. {n}, {m} and the like are filled by the page:
 * zh and en have the same (a test compares them). */
#ifndef TEXT_PAGE_H
#define TEXT_PAGE_H

#include "text.h"

// clang-format off
#define PAGE_WORDS(X) /* name  zh  en */ \
    X(title,          "照片检查报告",                   "Photo report") \
    X(skip,           "跳到照片列表",                   "Skip to the photos") \
    X(tools,          "操作",                           "Tools") \
    X(summary,        "概况",                           "Summary") \
    X(photos,         "照片文件",                       "photo files") \
    X(pass,           "合格",                           "pass") \
    X(review,         "需人工查看",                     "needs a look") \
    X(reject,         "不合格",                         "rejected") \
    X(error,          "出错",                           "error") \
    X(missing,        "缺照片",                         "no photo") \
    X(eligible,       "名单应交人数",                   "eligible persons") \
    X(ready,          "已有合格照片",                   "have a photo that counts") \
    X(profile,        "标准: {n}",                      "Rules: {n}") \
    X(reasons,        "原因",                           "Reasons") \
    X(classes,        "班级或站点",                     "Classes") \
    X(no_class,       "(未分班)",                       "(no class)") \
    X(one_count,      "{n}: {m} 张",                    "{n}: {m} photos") \
    X(class_count,    "{n}: 合格 {a}, 需查看 {b}, 不合格 {c}, 缺照片 {d}", "{n}: {a} pass, {b} need a look, {c} are rejected, {d} have no photo") \
    X(classes_shown,  "显示 {m} 个班级中待处理最多的 {n} 个; 其他的请用查找.", "{n} of {m} classes: those with most to do. The search finds the others.") \
    X(timeline,       "拍摄过程",                       "Over shooting time") \
    X(timeline_note,  "按拍摄时间排列的 {n} 张照片, 每点 {m} 张; 突然的变化可能是因为灯光、背景或相机被移动过.", "{n} photos in the order they were shot, {m} to a point; a jump may mean that lamp, background or camera was moved.") \
    X(timeline_none,  "没有照片带拍摄时间.",            "No photo holds its capture time.") \
    X(background,     "背景颜色 (与标准色的色差)",      "Background colour (difference from the standard's)") \
    X(exposure,       "曝光 (脸部亮度, 0 至 255)",      "Exposure (light on the face, 0 to 255)") \
    X(head,           "头部高度 (占画面高度 %)",        "Head height (% of the picture's height)") \
    X(point,          "第 {n} 张 ({t}): {v}",           "photo {n} ({t}): {v}") \
    X(filters,        "筛选",                           "Filter") \
    X(search,         "查找: 号码、姓名、班级、文件", "Search: ID, name, class, file") \
    X(verdict,        "结论",                           "Verdict") \
    X(reason,         "原因",                           "Reason") \
    X(group,          "班级或站点",                     "Class or site") \
    X(all,            "全部",                           "all") \
    X(undecided,      "未决定",                         "undecided") \
    X(decided,        "已决定",                         "decided") \
    X(state,          "人工决定",                       "Decision") \
    X(clear,          "清除筛选",                       "Clear filters") \
    X(unmask,         "显示完整号码",                   "Show full numbers") \
    X(cards,          "需处理的照片",                   "Photos to look at") \
    X(shown,          "显示 {n} / {m} 张",              "{n} of {m} shown") \
    X(nothing,        "没有符合条件的照片.",            "No photo meets the filter.") \
    X(nothing_due,    "没有需处理的照片.",              "Nothing to look at.") \
    X(more,           "显示更多",                       "Show more") \
    X(no_id,          "无有效身份证号",                 "no valid ID") \
    X(no_thumb,       "无缩略图",                       "no picture") \
    X(thumb_of,       "{n} 的照片, 画出了允许范围和测量线", "Photo of {n} with the allowed bands and the measured lines") \
    X(legend_band,    "允许范围: 头顶, 眼睛",           "allowed: hair top, eyes") \
    X(legend_in,      "测量值: 头顶, 眼睛, 脸宽",       "measured: hair top, eyes, face width") \
    X(legend_out,     "测量值超出范围",                 "measured, out of range") \
    X(attempt,        "第 {n} 次",                      "attempt {n}") \
    X(replaced,       "这张照片所在的卡已被另一张卡覆盖",   "another card was copied over this one's card") \
    X(kept,           "以前合格的照片仍然有效, 无需重拍", "a photo that passed before still counts, no retake is needed") \
    X(kept_newer,     "较新的一张合格照片仍然有效, 其文件已不在或本次没有给出; 如应以本文件为准, 请用人工决定 (reject) 撤回它, sha256 见 report.jsonl", "a newer photo that passed still counts, whose file is gone or was not given this time: if this one is meant, withdraw that by a decision (reject) with its sha256, see report.jsonl") \
    X(named,          "给出的号码是 {n}, 以名单中的为准",  "given as {n}, filed under the roster's number") \
    X(maybe,          "可能是: {n}",                    "maybe: {n}") \
    X(twin,           "与此人现在或以前的照片相同或几乎相同: {n}", "the same picture, or nearly, as the one that is or was of: {n}") \
    X(unmeasured,     "程序测不出, 须人工查看: {n}",    "No program measures these, a person must look: {n}") \
    X(advice,         "建议",                           "Advice") \
    X(accept,         "接受",                           "Accept") \
    X(refuse,         "退回重拍",                       "Reject") \
    X(waive,          "免除一项",                       "Waive a check") \
    X(waive_what,     "免除哪一项",                     "Which check") \
    X(undo,           "撤销",                           "Undo") \
    X(why,            "理由",                           "Reason for the decision") \
    X(save,           "确定",                           "Save") \
    X(cancel,         "取消",                           "Cancel") \
    X(by,             "决定人",                         "Decided by") \
    X(by_missing,     "请先填写决定人.",                "Say first who decides.") \
    X(why_missing,    "请填写理由.",                    "Say why.") \
    X(accept_not,     "只有需人工查看的照片可以接受; 接受之后才知道可能属于他人的, 请免除该项.", "Only a photo that needs a look can be accepted; where a doubt about whose it is came after that, waive the check.") \
    X(waive_not,      "没有可以免除的项目.",            "No check of this photo can be waived.") \
    X(done_accept,    "已接受",                         "accepted") \
    X(done_reject,    "已退回",                         "rejected") \
    X(done_waive,     "已免除: {n}",                    "waived: {n}") \
    X(export,         "导出 decisions.csv ({n})",       "Export decisions.csv ({n})") \
    X(export_note,    "含以前的决定 {n} 条; 把上次的命令加上 -d decisions.csv 再运行一次, 即可生效.", "Earlier decisions included: {n}. The last command once more, with -d decisions.csv, applies them.") \
    X(keys,           "键盘: J 下一张, K 上一张, A 接受, R 退回, W 免除, U 撤销, / 查找.", "Keys: J next, K previous, A accept, R reject, W waive, U undo, / search.") \
    X(missing_title,  "缺照片的人员",                   "Persons without a photo") \
    X(missing_shown,  "显示 {n} / {m} 人",              "{n} of {m} persons shown") \
    X(id,             "身份证号",                       "ID") \
    X(name,           "姓名",                           "Name") \
    X(hint,           "可能的文件",                     "Maybe this file") \
    X(print_class,    "打印各班重拍通知",               "Print a notice per class") \
    X(print_slips,    "打印学生重拍单",                 "Print a slip per student") \
    X(notice,         "重拍通知",                       "Retake notice") \
    X(notice_text,    "以下 {n} 人的照片不符合要求或尚未提交, 请按说明重拍:", "Photos that do not comply or are missing: {n}. Please have them taken again as described:") \
    X(slip,           "照片重拍单",                     "Photo retake slip") \
    X(what_to_do,     "问题与做法",                     "What is wrong and what to do") \
    X(no_photo_yet,   "尚未提交照片, 请补拍.",          "No photo was handed in: please have one taken.") \
    X(with_codes,     "重拍单上印二维码 (内含完整号码; 拍照前先拍它, 用 --bind qr 归属)", "A QR code on the slips (it holds the whole number; photographed first, it binds the photos with --bind qr)") \
    X(codes_title,    "不能归属的二维码",               "Codes that bind nobody") \
    X(file,           "文件",                           "File") \
    X(what_is_wrong,  "问题",                           "What is wrong") \
    X(when,           "重拍时间",                       "Time") \
    X(where,          "地点",                           "Place") \
    X(contact,        "联系人",                         "Contact") \
    X(print_cut,      "只印了 {m} 人中的前 {n} 人: 请按班级筛选后分别打印.", "Only the first {n} of {m} persons are printed: filter by class and print one after the other.") \
    X(print_none,     "没有需要重拍的人员.",            "Nobody needs a retake.") \
    X(no_script,      "此页面需要 JavaScript.",         "This page needs JavaScript.")
// clang-format on

typedef enum PageWord {
#define X(name, zh, en) PAGE_WORD_##name,
    PAGE_WORDS(X)
#undef X
        PAGE_WORD_COUNT
} PageWord;

const char *text_page_name(PageWord word);
const char *text_page(Lang lang, PageWord word);

#endif
