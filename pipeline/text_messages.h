/* SPDX-License-Identifier: MIT */
/* What the program says to people besides findings: one row each. zh and en take the same printf
 * arguments in the same order (a test compares them). Add a row where you need a sentence: ALWAYS instead of
 * X where --quiet must not swallow it. */
#ifndef TEXT_MESSAGES_H
#define TEXT_MESSAGES_H

/* What follows from the number before it, chosen by text_plural behind printf: "%zu photo" S. */
#define PLURAL(one, many) "\1" one "\2" many "\3"
#define S PLURAL("", "s")

// clang-format off
#define MESSAGES(X, ALWAYS) /* name  zh  en */ \
    X(progress,             "%zu/%zu  %.0f %%  每秒 %.1f 张  %s未通过 %zu%s  剩余 %d:%02d:%02d", "%zu/%zu  %.0f %%  %.1f photos/s  %sfailed %zu%s  %d:%02d:%02d left") \
    X(dry_run,              "将处理 %zu 张 (共 %zu 张, 已完成 %zu 张, 文件名无有效身份证号 %zu 张, 身份证号重复 %zu 张); 未写任何文件", "would judge %zu of %zu photo" S " (done already %zu, no valid ID in the name %zu, sharing an ID %zu); nothing was written") \
    X(dry_run_merge,        "将合入 %zu 张 (共 %zu 张, 已合入 %zu 张, 文件名无有效身份证号 %zu 张, 身份证号重复 %zu 张); 未写任何文件", "would bring home %zu of %zu photo" S " (there already %zu, no valid ID in the name %zu, sharing an ID %zu); nothing was written") \
    X(dry_run_look,         "其中 %zu 张大小未变, 是否改动要读取后才知道 (待查); 未改动的不重新判定", "of these %zu " PLURAL("has", "have") " the same size as before and " PLURAL("is", "are") " only to be looked at: unchanged bytes are not judged again") \
    X(why_new,              "新增", "new") \
    X(why_changed,          "改动", "changed") \
    X(why_look,             "待查", "look") \
    X(why_rules,            "规则", "rules") \
    X(why_failed,           "出错", "failed") \
    X(why_output,           "输出", "output") \
    X(stopping,             "正在停止: 等待 %d 张照片完成; 再按一次立即停止", "stopping: %d photo" S " " PLURAL("is", "are") " being finished; once more to stop at once") \
    X(watching,             "正在看守: 新照片一到就判定, 大字结果见 %s/live.html; 按 Ctrl-C 结束", "watching: each photo is judged as it arrives, see %s/live.html; Ctrl-C ends") \
    X(hook_lags,            "--on-result 的命令太慢, 漏掉了一个结果", "the command of --on-result is too slow, it missed a result") \
    X(live_title,           "现场判定",     "Live verdicts") \
    X(live_wait,            "等待照片",     "Waiting for photos") \
    X(live_ended,           "已结束, 见 report.html", "Ended, see report.html") \
    X(live_pass,            "可以, 下一位", "Fine, next please") \
    X(live_review,          "请看一下再决定", "Check this one first") \
    X(live_reject,          "请重拍",       "Please shoot again") \
    X(live_choose,          "同一人有多张, 或图像用于多人: 请查清", "Several files of one person, or one picture of several: find out") \
    X(live_number,          "请核对号码",   "Check the number") \
    X(live_whose,           "不知道是谁",   "Whose photo is it?") \
    X(live_nobody,          "此人无需照片", "This person needs no photo") \
    X(live_resend,          "文件不完整, 请重新传送", "The file is damaged, send it again") \
    X(live_export,          "请重新导出文件", "Export the file anew") \
    X(live_error,           "本机出错",     "This machine failed") \
    X(live_last,            "最近十张",     "Last ten") \
    X(live_counts,          "已判定",       "judged") \
    X(resume_how,           "已中断, 已完成的都已保存: 再次运行同一命令即可继续", "interrupted, what was done is kept: run the same command again to go on") \
    X(resume_merge,         "已中断, 各份都在: 再次运行同一命令", "interrupted, the shards are as they were: run the same command again") \
    X(kept_shards,          "未能完成, 各份都在: 排除故障后再次运行同一命令", "could not finish, the shards are as they were: remove the cause and run the same command again") \
    X(kept,                 "未能完成, 已完成的都已保存: 排除故障后再次运行同一命令", "could not finish, what was done is kept: remove the cause and run the same command again") \
    X(crash_again,          "程序库崩溃 (%s), 当时有 %zu 张照片在处理: 重新开始, 这些照片逐张单独处理", "a library crashed (%s) while %zu photo" S " " PLURAL("was", "were") " at work: starting again, these one by one") \
    X(crash_quarantine,     "程序库再次崩溃 (%s), 此文件已隔离, 不再打开: %s", "a library crashed again (%s), this file is set aside and not opened any more: %s") \
    ALWAYS(crash_last,           "错误: 程序崩溃 (%s), 不再重新开始 (已重新开始 %d 次); 已完成的都已保存", "error: crashed (%s) and not started again (crashes before: %d); what was done is kept") \
    X(nothing_to_do,        "无需处理: %zu 张照片均已完成", "nothing to do: %zu photo" S ", all done already") \
    X(summary_run,          "本次判定 %zu 张, 无变化 %zu 张, 每秒 %.1f 张", "this run: %zu judged, %zu unchanged, %.1f photos/s") \
    X(summary_merge,        "合并 %zu 张, 早已合并 %zu 张, 每秒 %.1f 张", "merged: %zu photo" S ", %zu merged before, %.1f photos/s") \
    X(summary_counts,       "共 %zu 张: 合格 %zu, 需人工查看 %zu, 不合格 %zu, 出错 %zu", "%zu photo" S ": %zu pass, %zu " PLURAL("needs", "need") " a look, %zu rejected, %zu in error") \
    X(summary_reasons,      "主要原因: %s", "most frequent: %s") \
    X(summary_unmeasured,   "程序测不出, 须人工查看: %s", "no program measures these, a person must look: %s") \
    X(summary_other,        "另有 %zu 个文件未处理: 不是图片, 或是隐藏文件", "%zu other file" S " " PLURAL("was left out: it is no picture, or it is", "were left out: they are no pictures, or they are") " hidden") \
    X(summary_report,       "报告: %s/report.html (另有 report.csv), 各类清单: lists/", "report: %s/report.html (and report.csv), lists in lists/") \
    X(summary_persons,      "名单 %zu 人应交: 有合格照片 %zu, 缺照片 %zu", "roster: %zu eligible, %zu " PLURAL("has", "have") " a photo that counts, %zu " PLURAL("has", "have") " no file") \
    X(summary_kept,         "%zu 人沿用以前运行中合格的照片, 而不是现在的文件", "%zu " PLURAL("keeps", "keep") " a photo that passed in an earlier run, not the file that is there now") \
    X(summary_gone,         "%zu 张照片的原文件已不在, 照片仍然有效: 要撤回请用人工决定 (reject)", "%zu photo" S " whose file is gone still " PLURAL("counts", "count") ": withdraw one by a decision (reject)") \
    X(changed_meanwhile,    "'%s' 在开始之后有改动, 这次按开始时的内容计算: 请再运行一次 run", "'%s' was changed after the beginning, and this counts by what it was then: run once more") \
    X(summary_recalled,     "%zu 人以前上报的照片不再有效, 见 %s/lists/recall.csv: 请通知接收方", "%zu " PLURAL("photo", "photos") " handed in earlier " PLURAL("counts", "count") " no more, see %s/lists/recall.csv: tell who received them") \
    X(recall_no_photo,      "%s 已打包上报, 现在没有有效照片", "packed on %s to be handed in, and has no photo that counts now") \
    X(recall_not_eligible,  "%s 已打包上报, 按现在的名单不在注册范围", "packed on %s to be handed in, and is not to be registered by the roster of now") \
    X(recall_not_listed,    "%s 已打包上报, 现在的名单中没有", "packed on %s to be handed in, and the roster of now does not list it") \
    X(recall_advice,        "请通知接收方撤回这张照片", "tell who received it to withdraw it") \
    X(summary_package,      "照片包: %zu 个 ZIP, %zu 张照片, 在 %s/package/", "package: %zu ZIP" S ", %zu photo" S ", in %s/package/") \
    X(package_nothing_new,  "没有新的照片需要打包", "nothing to pack that no earlier package held") \
    X(package_incomplete,   "未打包: %zu 人还没有合格照片%s", "no package: %zu person" S " " PLURAL("has", "have") " no photo that counts%s") \
    X(package_withdrawn,    "此前的照片包已撤下", "the package of before is taken away") \
    X(package_overwritten,  "package/ 中的 %s 没有移走, 已被新的照片包取代: 其中的人视为已经交出", "%s was not moved away from package/ and gives way to the new one: who was in it counts as handed in") \
    X(package_again,        "其中仍然计入的人重新打包", "who still counts of it is packed again") \
    X(roster_read,          "名单: %s", "roster: %s") \
    X(dry_run_roster,       "名单 %zu 人应交: 缺照片 %zu; 名单外的文件 %zu, 不在注册范围的文件 %zu", "roster: %zu eligible, %zu " PLURAL("has", "have") " no file; %zu file" S " of IDs not listed, %zu of persons not eligible") \
    X(same_rows,            "名单中有 %d 行是同一人: 第 %s 行", "%d rows of the roster are one person: %s") \
    X(same_rows_differ,     "名单中有 %d 行是同一人, 姓名或毕业状态不一致: 第 %s 行", "%d rows of the roster are one person, with another name or status: %s") \
    X(summary_decisions,    "人工决定 %zu 条: 对应照片 %zu, 失效 %zu (文件已变, 或同一号码有几个文件), 没有照片 %zu", "decisions: %zu, of which %zu met their photo, %zu lapsed (another file is there, or several), %zu met no photo") \
    ALWAYS(decisions_no_photo,   "警告: %zu 条人工决定没有对应的照片, 见 lists/invalid.csv%s", "warning: %zu decision" S " met no photo, see lists/invalid.csv%s") \
    X(decisions_idle,       "其中 %zu 条不起作用: 不写检查项的 accept 只对需人工查看的照片有效, 写明检查项的只对不符合要求的检查项有效, 后面的一行取代前面的, 作出之后才知道照片可能属于他人的不再有效", "%zu of these had no effect: accept without a check works on photos that need a look alone, with one on a check that is at fault, a later line outdoes an earlier one, and one made before it was known that the photo may be another person's no longer holds") \
    ALWAYS(roster_forgotten,     "警告: 以前的运行用了名单, 这次没有给 -r: 名单外和不在注册范围的人也会进照片包", "warning: earlier runs had a roster, this one has none (-r): whoever passes is packed, eligible or not") \
    ALWAYS(decisions_forgotten,  "警告: 以前的运行用了人工决定, 这次没有给 -d: 那些决定不再算数", "warning: earlier runs had decisions, this one has none (-d): what they said no longer counts") \
    X(rejected_by,          "被 %s 退回: %s", "rejected by %s: %s") \
    X(finding_waived,       "%.*s (已免除)", "%.*s (waived)") \
    X(decision_no_photo,    "没有照片对应这条人工决定", "no photo is filed under the ID of this decision") \
    X(live_corrected,       "更正: 后到的照片改变了原来的结论", "corrected: frames that came later change what was told") \
    X(live_provisional,     "暂定: 中间的照片可能还没有传到, 到了立即更正", "provisional: the frames in between may still come, and then this is corrected at once") \
    X(codes_bound,          "二维码 %zu 个 (有问题 %zu), 按码归属的照片 %zu 张, 未能归属 %zu 张; 新查看 %zu 张", "codes: %zu (%zu with a problem), %zu photo" S " bound by them, %zu not bound; %zu looked at anew") \
    X(unbound_no_number,    "文件名中没有 18 位 (或 15 位) 身份证号码: 请以本人身份证号码命名", "the file name holds no ID number of 18 (or 15) digits: name the file by the person's ID number") \
    X(unbound_ambiguous,    "文件名中有几个不同的号码, 不能确定是谁: 请只保留本人的身份证号码", "the file name holds several numbers, so nobody knows whose photo it is: leave the person's ID number alone in it") \
    X(unbound_bad_date,     "文件名中的身份证号码含有不存在的出生日期: 请核对号码后改名", "the birth date in the ID number of the file name does not exist: compare the number and rename the file") \
    X(unbound_bad_check,    "文件名中的身份证号码校验位不符, 可能有一位写错: 请核对号码后改名", "the check digit of the ID number in the file name is wrong, one digit may be mistyped: compare the number and rename the file") \
    X(unbound_before_code,  "之前没有拍二维码, 不知道是谁", "no code was shown before this photo: nobody knows whose it is") \
    X(unbound_bad_code,     "之前的二维码 %s 不能确定是谁", "the code before this photo, in %s, binds nobody") \
    X(unbound_unread_code,  "这张照片里好像有二维码, 但读不出; 其后的照片也不能归属", "there seems to be a code in this photo that cannot be read; the photos behind it are not bound either") \
    X(unbound_no_order,     "拍摄顺序不能确定 (时间缺失、相同或与编号矛盾, 或不止一台相机), 不作猜测", "the order of shooting is not certain (no time, equal times, times against file numbers, or several cameras): nothing is guessed") \
    X(counted_before,       "这个图像文件以前作为另一身份证号码的照片计入过: 请人工查看, 查明是谁的照片", \
      "this very file counted for another ID number before: a person must look and find out whose photo it is") \
    X(unreadable_for,       "文件无法读取 (%s): 请重新拷贝或传送", "the file cannot be read (%s): copy or send it again") \
    X(retake_fixed,         "重拍后已改好: %s", "fixed by the retake: %s") \
    X(retake_broke,         "重拍后新出现: %s", "new in the retake: %s") \
    X(named_otherwise,      "号码 %s 在名单中是 %s, 以名单中的为准", "the number %s stands in the roster as %s, under which the photo is filed") \
    X(slip_fine,            "%s, 照片 %d 张", "%s, %d photo" S) \
    X(slip_no_frames,       "二维码之后没有照片", "no photo was shot behind this code") \
    X(slip_unknown,         "二维码不在名单中", "nobody of the roster has this code") \
    X(slip_shared,          "名单中不止一人是这个码", "several persons of the roster have this code") \
    X(slip_several,         "一张照片里不止一个二维码", "several codes in one photo") \
    X(slip_unread,          "二维码读不出", "a code that cannot be read") \
    X(slip_twice,           "同一人的二维码隔着别人的又出现一次", "the code of this person is shown again behind another one") \
    X(slip_order,           "拍摄顺序不能确定: 时间相同, 或时间与文件编号矛盾", "the order of shooting is not certain: equal times, or times against file numbers") \
    X(slip_no_time,         "有二维码照片没有拍摄时间, 所有照片都不能归属", "a photo of a code does not say when it was shot: no photo can be bound") \
    X(slip_cameras,         "照片来自不止一台相机, 或不能证明只有一台 (没有机身编号, 也没有四位数的文件编号): 请每台相机分开运行", "photos of several cameras, or nothing says that it is one (no number of the body, no file numbers of four digits): run those of each camera by themselves") \
    X(slip_seen,            "二维码: %s", "code: %s") \
    X(list_unreadable,      "无法读取", "unreadable") \
    X(problem_missing,      "缺照片", "missing") \
    X(problem_extra,        "名单外", "extra") \
    X(problem_duplicate,    "重复", "duplicate") \
    X(problem_invalid,      "无有效号码", "invalid") \
    X(problem_not_eligible, "不在注册范围", "not-eligible") \
    X(links_left_out,       "%zu 个符号链接未处理: 文件夹里的链接不跟随, 请直接给出文件或文件夹", "%zu symbolic link" S " " PLURAL("was", "were") " left out: in folders they are not followed, name the files or folders themselves") \
    X(no_photos,            "没有找到照片", "no photos were found") \
    ALWAYS(photos_in_error,      "%zu 张照片因本机原因未能处理, 请再次运行", "%zu photo" S " could not be worked on for reasons of this machine, run again") \
    ALWAYS(folder_closed,        "%zu 个文件夹或文件无法读取, 首先是 '%s'", "%zu folder" S " or file" S " could not be read, first '%s'") \
    X(column_id,            "身份证号",     "id") \
    X(column_name,          "姓名",         "name") \
    X(column_group,         "班级或站点",   "class or site") \
    X(column_decision,      "人工决定",     "decision") \
    X(column_maybe,         "可能是",       "maybe") \
    X(column_twin,          "相同照片的号码", "same picture as") \
    X(column_eligible,      "应交人数",     "eligible") \
    X(column_ready,         "已有合格照片", "ready") \
    X(column_verdict,       "结论",         "verdict") \
    X(column_action,        "处理",         "action") \
    X(column_attempt,       "第几次",       "attempt") \
    X(column_path,          "文件",         "file") \
    X(column_reasons,       "原因",         "reasons") \
    X(column_advice,        "建议",         "advice") \
    X(column_output,        "输出",         "output") \
    X(column_picture,       "照片",         "photo") \
    X(column_what,          "项目",         "what") \
    X(column_count,         "数量",         "count") \
    X(sheet_summary,        "概况",         "summary") \
    X(sheet_all,            "全部",         "all") \
    X(sheet_retake,         "需重拍",       "retake") \
    X(sheet_review,         "需人工查看",   "review") \
    X(sheet_missing,        "缺照片",       "missing") \
    X(sheet_extra,          "名单外",       "extra") \
    X(sheet_duplicate,      "重复",         "duplicate") \
    X(sheet_left_out,       "超出表格行数, 见 report.csv", "more than a sheet can hold, see report.csv") \
    X(verdict_pass,         "合格",         "pass") \
    X(verdict_review,       "需人工查看",   "needs a look") \
    X(verdict_reject,       "不合格",       "rejected") \
    X(verdict_error,        "出错",         "error") \
    X(error_prefix,         "错误: %s",     "error: %s") \
    X(see_help,             "用法见 headroom %s--help", "see headroom %s--help") \
    X(no_command,           "没有指定命令", "no command given") \
    X(unknown_command,      "未知命令 '%s'", "unknown command '%s'") \
    X(unknown_flag,         "未知选项 '%s'", "unknown flag '%s'") \
    X(did_you_mean,         ", 是否要用 '%s'?", ", did you mean '%s'?") \
    X(flag_not_here,        "选项 '%s' 不适用于命令 %s", "flag '%s' is not for the command %s") \
    X(flag_needs_value,     "选项 '%s' 需要一个值 %s", "flag '%s' needs a value %s") \
    X(flag_takes_no_value,  "选项 '%s' 不带值", "flag '%s' takes no value") \
    X(flag_repeated,        "选项 '%s' 重复", "flag '%s' is given twice") \
    X(bad_value,            "选项 '%s' 的值 '%s' 无效, 应为 %s", "flag '%s' has the wrong value '%s', must be %s") \
    X(flag_missing,         "命令 %s 需要选项 '%s'", "the command %s needs the flag '%s'") \
    X(photos_missing,       "命令 %s 需要照片或文件夹", "the command %s needs photos or folders") \
    X(package_missing,      "命令 %s 需要一个照片包或输出文件夹", "the command %s needs a package or an output folder") \
    X(shards_missing,       "命令 %s 需要各份的文件夹, 如 OUT/shards/*", "the command %s needs the folders of the shards, such as OUT/shards/*") \
    X(shard_form,           "--shard 应为 I/N (I 从 1 到 N, N 最多 99999)、auto 或 auto/N, 而不是 '%s'", "--shard is I/N (I from 1 to N, N up to 99999), auto or auto/N, not '%s'") \
    X(shard_no_engine,      "--shard auto: 没有作业阵列的变量 (%s); 请写 --shard I/N", "--shard auto: there is no variable of a job array (%s); write --shard I/N") \
    X(shard_unclear,        "--shard auto: 由 %s 看不出是几份中的第几份; 请写 --shard I/N 或 --shard auto/N", "--shard auto: %s do not say which shard of how many this is; write --shard I/N or --shard auto/N") \
    X(shard_no_count,       "--shard auto: %s 只说明第几份, 没有说明共几份; 请写 --shard auto/N", "--shard auto: %s says which shard this is, but no variable how many there are; write --shard auto/N") \
    X(shard_published,      "第 %u/%u 份已完成: %zu 张照片, 在 %s", "shard %u of %u is published: %zu photo" S ", in %s") \
    X(shard_stands,         "第 %u/%u 份早已完成, 无需处理: %zu 张照片, 在 %s", "shard %u of %u was published before, nothing to do: %zu photo" S ", in %s") \
    X(shard_bad_folder,     "'%s' 不是 headroom 的一份 (没有 journal)", "'%s' is no shard of headroom (it holds no journal)") \
    X(shard_unpublished,    "'%s' 尚未完成: 请把这一份再运行一次", "'%s' is not published yet: run that shard again") \
    X(shard_damaged,        "'%s' 的 journal 已损坏: 请删除此文件夹, 把这一份再运行一次", "the journal of '%s' is damaged: remove that folder and run that shard again") \
    X(shard_photo_lost,     "'%s' 中的照片 %s 丢失或已改变: 请删除此文件夹, 把这一份再运行一次", "in '%s' the photo %s is gone or other now: remove that folder and run that shard again") \
    X(shard_other_count,    "'%s' 属于 %u 份的一次运行, 其他各份属于 %u 份的运行: 请只给同一次运行的文件夹", "'%s' is one of %u shards, the others are of %u: give the folders of one run alone") \
    X(shard_twice,          "第 %u/%u 份给了两次: '%s'", "shard %u of %u is given twice: '%s'") \
    X(shard_absent,         "缺少第 %u/%u 份: 请用 --shard %u/%u 运行, 并把它的文件夹也给出", "shard %u of %u is missing: run it with --shard %u/%u and give its folder too") \
    X(shard_other_program,  "'%s' 由另一个程序或版本判定 (%s): 请用此程序把这一份再运行一次", "'%s' was judged by another program or version (%s): run that shard again with this one") \
    X(shard_other_profile,  "'%s' 按另一配置判定: merge 和各份须用同一个 -p; 若只有这一份不同, 请用该 -p 再运行一次", "'%s' was judged by another profile: merge and every shard take the same -p; where only this one differs, run it again with that") \
    X(shard_other_roster,   "'%s' 用的是另一份名单或没有名单: merge 和各份须用同一个 -r; 若只有这一份不同, 请用该 -r 再运行一次", "'%s' was run with another roster or none: merge and every shard take the same -r; where only this one differs, run it again with that") \
    X(shard_other_photos,   "'%s' 看到的照片列表与其他各份不同 (%llu 张, 其他 %llu 张): 照片有增减, 或 PHOTOS 写法不同时, 须把各份再运行一次", "'%s' saw another list of photos than the others (%llu, they %llu): after photos came or went, or where PHOTOS was spelled otherwise, every shard is run again") \
    X(shard_foreign_photo,  "'%s' 含有属于另一份的照片或重复的照片: 请删除此文件夹, 把这一份再运行一次", "'%s' holds a photo that belongs to another shard, or one twice: remove that folder and run that shard again") \
    X(merge_compares,       "正在比较 %zu 张照片", "comparing %zu photo" S) \
    X(merge_writes,         "正在写 %zu 张照片的报告", "writing the report of %zu photo" S) \
    X(shard_busy,           "'%s' 正在运行中", "'%s' is at work") \
    X(out_missing,          "命令 %s 需要一个输出文件夹", "the command %s needs an output folder") \
    X(purge_left,           "未动, 不是本程序生成的: %s", "left alone, headroom did not make it: %s") \
    X(purge_done,           "已删除 %zu 个文件, 留下 %zu 个不是本程序生成的", "%zu file" S " removed, %zu left that headroom did not make") \
    X(purge_would,          "将删除 %zu 个文件, 留下 %zu 个不是本程序生成的; 未删除任何文件", "would remove %zu file" S " and leave %zu that headroom did not make; nothing was removed") \
    X(verify_zip,           "压缩包不合规", "zip") \
    X(verify_changed,       "内容被改动",   "changed") \
    X(verify_size,          "大小不符",     "size") \
    X(verify_unreadable,    "无法检查",     "unreadable") \
    X(verify_quality,       "压缩品质不符", "quality") \
    X(verify_swapped,       "照片被调换",   "swapped") \
    X(verify_missing,       "缺少",         "missing") \
    X(verify_extra,         "多余",         "extra") \
    X(verify_renamed,       "被改名",       "renamed") \
    X(verify_sums,          "校验和不符",   "checksum") \
    X(verify_manifest,      "清单有误",     "manifest") \
    X(verify_no_photo,      "没有照片",     "no photo") \
    X(verify_judged,        "照片不符合要求", "photo at fault") \
    X(verify_look,          "需人工查看",   "look") \
    X(verify_person,        "名单中有人缺照片", "person") \
    X(verify_stranger,      "不在名单中",   "stranger") \
    X(verify_not_eligible,  "不在注册范围", "not eligible") \
    X(verify_double,        "一人多张",     "double") \
    X(verify_name,          "姓名不符",     "name") \
    X(verify_group,         "班级不符",     "class") \
    X(verify_number,        "号码不符",     "number") \
    X(verify_file_name,     "文件名不符",   "file name") \
    X(verify_same_bytes,    "同一文件用于不同号码", "same bytes") \
    X(verify_same_source,   "同一原件用于不同号码", "same source") \
    X(verify_note,          "提示 (不影响结果)", "note") \
    X(verify_alone,         "旁边没有 manifest.csv, 只检查了压缩包和照片本身", "no manifest.csv beside it: only the ZIP and its photos were checked") \
    X(verify_part,          "这只是几个压缩包中的一个: 没有核对名单中的人是否都有照片, 请对整个输出文件夹运行 verify", "this is one ZIP of several: whether everybody of the roster has a photo was not checked, verify the whole output folder for that") \
    X(verify_fine,          "全部正确: %zu 个压缩包, %zu 张照片, 问题 %zu 处", "all is well: %zu ZIP" S ", %zu photo" S ", %zu problem" S) \
    X(verify_wrong,         "有问题: %zu 个压缩包, %zu 张照片, 问题 %zu 处", "not in order: %zu ZIP" S ", %zu photo" S ", %zu problem" S) \
    X(too_many_words,       "多余的参数 '%s'", "one word too many: '%s'") \
    X(flag_alone,           "选项 '%s' 须与 '%s' 一起使用", "flag '%s' has no use without '%s'") \
    X(flags_clash,          "选项 '%s' 与 '%s' 不能同时使用", "flags '%s' and '%s' exclude each other") \
    X(help_usage,           "用法", "usage") \
    X(help_flags,           "选项", "flags") \
    X(help_commands,        "命令", "commands") \
    X(help_exits,           "退出码", "exit codes") \
    X(help_more,            "每个命令的用法: headroom 命令 --help", "of one command: headroom COMMAND --help") \
    X(help_photos,          "PHOTOS 为照片文件、ZIP 或文件夹 (含子文件夹, 不跟随符号链接)", "PHOTOS are files, ZIPs or folders (recursive, symbolic links are not followed)") \
    X(man_name,             "名称", "NAME") \
    X(man_synopsis,         "概要", "SYNOPSIS") \
    X(man_commands,         "命令", "COMMANDS") \
    X(man_options,          "选项", "OPTIONS") \
    X(man_exits,            "退出码", "EXIT STATUS") \
    X(man_for,              "用于 %s", "For %s") \
    X(action_unused,        "未采用",       "not kept") \
    X(action_made,          "已制作",       "made") \
    X(action_passed,        "原样采用",     "passed-through") \
    X(action_header,        "只改文件头",   "header-fixed") \
    X(action_none,          "未制作",       "none") \
    X(decision_accept,      "接受",         "accept") \
    X(decision_reject,      "退回",         "reject") \
    X(decision_waive,       "免除",         "waive") \
    X(state_applied,        "已采用",       "applied") \
    X(state_no_effect,      "不起作用",     "without effect") \
    X(state_lapsed,         "已失效",       "lapsed") \
    X(state_no_photo,       "没有照片",     "no photo") \
    X(state_other_photo,    "针对另一张照片", "on another photo") \
    X(state_outgrown,       "作出时尚不知照片可能属于他人, 不再有效: 请核对后免除 (waive) 该项", "made before it was known that the photo may be another person's: look again, then waive that check") \
    X(column_check,         "检查项",   "check") \
    X(column_unit,          "单位",     "unit") \
    X(column_level,         "级别",     "level") \
    X(column_clause,        "条款",     "clause") \
    X(column_meaning,       "含义",     "meaning") \
    X(column_profile,       "配置",     "profile") \
    X(column_code,          "退出码",   "exit code") \
    X(topic_missing,        "命令 %s 需要指定 %s 之一", "the command %s needs one of %s") \
    X(bad_topic,            "'%s' 应为 %s", "'%s' must be %s")
// clang-format on

typedef enum MessageId {
#define X(name, zh, en) MESSAGE_##name,
    MESSAGES(X, X)
#undef X
        MESSAGE_COUNT
} MessageId;

#endif
