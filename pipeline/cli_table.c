/* SPDX-License-Identifier: MIT */
#include "cli_table.h"
#include <stdio.h>
#include <string.h>

#define ON(command) (1u << COMMAND_##command)

enum {
    MAKE = ON(RUN) | ON(WATCH),
    WORK = MAKE | ON(CHECK),
    PHOTOS = ON(RUN) | ON(CHECK) | ON(BENCH),
    SHOW = PHOTOS | ON(VERIFY),
    JUDGE = SHOW | ON(WATCH),
    REPORT = WORK | ON(MERGE),
    ANY = (1u << COMMAND_COUNT) - 1,
};

#define FIELD(name) offsetof(Cli, name)

// clang-format off
const Flag cli_flags[] = {
    {"out",        'o', FLAG_TEXT,   "DIR",     REPORT, FIELD(out),
     {{"输出文件夹: 照片、报告和记录", "output folder: photos, reports and the journal"}}},
    {"profile",    'p', FLAG_TEXT,   "PROFILE", JUDGE | ON(MERGE), FIELD(profile),
     {{"要求配置: 内置名称或 .ini 文件 (默认 college-light-blue)", "what is asked: a shipped name or an .ini file (default college-light-blue)"}}},
    {"files-from", 0,   FLAG_TEXT,   "FILE",    PHOTOS, FIELD(files_from),
     {{"从文件读取照片路径, 每行一个; - 为标准输入", "read the paths of photos from FILE, one a line; - is stdin"}}},
    {"nul",        '0', FLAG_YES,    NULL,      PHOTOS, FIELD(nul),
     {{"--files-from 的路径以 NUL 字符分隔", "the paths of --files-from end in NUL"}}},
    {"detector",   0,   FLAG_TEXT,   "FILE",    JUDGE, FIELD(detector),
     {{"用 YuNet ONNX 文件查找人脸", "find faces with a YuNet ONNX file"}}},
    {"decoder",    0,   FLAG_CHOICE, "fast|system", JUDGE, FIELD(decoder),
     {{"fast: 普通基线 JPEG 用自己的解码器 (默认); system: 全部用 libjpeg 解码, 结果相同", "fast: plain baseline JPEGs by our own decoder (default); system: libjpeg for all, same results"}}},
    {"lanes",      'j', FLAG_NUMBER, "N",       JUDGE | ON(MERGE), FIELD(lanes),
     {{"最多同时处理的照片数 (默认为处理器核心数; merge 总是一次一张)", "most photos in flight (default: one per core; merge takes one at a time)"}}},
    {"dry-run",    'n', FLAG_YES,    NULL,      SHOW | ON(PURGE) | ON(MERGE), FIELD(dry_run),
     {{"只显示将要做什么, 不写也不删任何文件 (verify 和 bench 本来就什么都不留下)", "say what would be done, write and remove nothing (verify and bench leave nothing anyway)"}}},
    {"json",       0,   FLAG_YES,    NULL,      JUDGE | ON(LIST) | ON(PURGE) | ON(MERGE), FIELD(json),
     {{"在标准输出打印 JSON, 每行一个对象", "print JSON Lines on stdout"}}},
    {"markdown",   0,   FLAG_YES,    NULL,      ON(LIST), FIELD(markdown),
     {{"打印 Markdown 表格", "print a Markdown table"}}},
    {"timing",     0,   FLAG_YES,    NULL,      REPORT, FIELD(timing),
     {{"在报告中写入每张照片各步骤的毫秒数", "write the milliseconds of each stage into the report"}}},
    {"progress",   0,   FLAG_CHOICE, "auto|always|never|json", SHOW | ON(MERGE), FIELD(progress),
     {{"进度显示 (默认 auto: 仅在终端)", "progress on stderr (default auto: only on a terminal)"}}},
    {"quiet",      'q', FLAG_YES,    NULL,      JUDGE | ON(PURGE) | ON(MERGE), FIELD(quiet),
     {{"只输出错误 (JSON 照常输出)", "say nothing but errors (JSON Lines are printed all the same)"}}},
    {"verbose",    'v', FLAG_YES,    NULL,      SHOW | ON(MERGE), FIELD(verbose),
     {{"逐张显示结果", "say what became of each photo"}}},
    {"lang",       0,   FLAG_CHOICE, "zh|en",   ANY,    FIELD(lang),
     {{"提示和报告的语言 (默认取自 LANG)", "language of messages and reports (default from LANG)"}}},
    {"help",       'h', FLAG_YES,    NULL,      ANY,    FIELD(help),
     {{"显示用法", "show this help"}}},
    {"version",    'V', FLAG_YES,    NULL,      ANY,    FIELD(version),
     {{"显示版本", "show the version"}}},
    {"roster",     'r', FLAG_TEXT,   "FILE",    REPORT | ON(VERIFY), FIELD(roster),
     {{"名单: 谁应有照片 (XLSX, XLS, CSV, DBF, 网页或 Excel 2003 XML)", "who should have a photo (XLSX, XLS, CSV, DBF, HTML or XML of Excel 2003)"}}},
    {"sheet",      0,   FLAG_TEXT,   "NAME",    REPORT | ON(VERIFY), FIELD(sheet),
     {{"名单所在的工作表: 名称或序号 (默认为第一个有表头的)", "the roster's sheet: its name or number (default: the first with a header)"}}},
    {"encoding",   0,   FLAG_TEXT,   "NAME",    REPORT | ON(VERIFY), FIELD(encoding),
     {{"名单的编码: utf-8, gb18030 ... (默认自动识别)", "the roster's encoding: utf-8, gb18030 ... (default: found)"}}},
    {"column",     0,   FLAG_LIST,   "FIELD=TEXT", REPORT | ON(VERIFY), FIELD(columns),
     {{"名单的某一列: id=表头或列字母, 空值为忽略; 可重复", "a column of the roster: id=HEADER or its letter, nothing to ignore it; may be repeated"}}},
    {"decisions",  'd', FLAG_TEXT,   "FILE",    REPORT, FIELD(decisions),
     {{"人工决定 (CSV: id,check,decision,by,reason,date)", "what people decided (CSV: id,check,decision,by,reason,date)"}}},
    {"bind",       0,   FLAG_CHOICE, "name|qr", WORK,   FIELD(bind),
     {{"照片属于谁: 按文件名 (默认), 或按之前拍下的采集码或纸条上的二维码 (qr)", "whose a photo is: by its name (default), or by the QR code photographed before it (qr)"}}},
    {"complete",   0,   FLAG_YES,    NULL,      MAKE | ON(MERGE), FIELD(complete),
     {{"还有人没有合格照片时不打包", "make no package while somebody has no photo that counts"}}},
    {"split",      0,   FLAG_TEXT,   "group|N|NMB", MAKE | ON(MERGE), FIELD(split),
     {{"分包: 按班级或站点, 每包 N 张, 或每包 N MB", "one ZIP per class or site, per N photos, or per N MB"}}},
    {"new-only",   0,   FLAG_YES,    NULL,      MAKE | ON(MERGE), FIELD(new_only),
     {{"只打包以前没有打过包的照片", "pack only what no earlier package held"}}},
    {"on-result",  0,   FLAG_TEXT,   "CMD",     ON(WATCH), FIELD(on_result),
     {{"每出一个结果运行一次的 sh 命令: 标准输入为一行 JSON, HEADROOM_VERDICT 为结论", "a command for sh at each result: one line of JSON on stdin, HEADROOM_VERDICT says the verdict"}}},
    {"sandbox",    0,   FLAG_YES,    NULL,      REPORT | ON(VERIFY), FIELD(sandbox),
     {{"必须能限制自身权限, 否则不运行 (默认: 内核支持时限制)", "give up network, programs and files, or do not run (default: where the kernel can)"}}},
    {"no-sandbox", 0,   FLAG_YES,    NULL,      REPORT | ON(VERIFY), FIELD(no_sandbox),
     {{"不限制自身权限", "give up nothing"}}},
    {"shard",      0,   FLAG_TEXT,   "I/N", ON(RUN), FIELD(shard),
     {{"只处理 N 份中的第 I 份, 写入 OUT/shards/; auto: 由作业阵列的变量得知 (Slurm, SGE, LSF), auto/N: 只由其得知 I (另有 PBS, Kubernetes)", "judge part I of N only, into OUT/shards/; auto: by the variables of a job array (Slurm, SGE, LSF), auto/N: I alone by them (PBS, Kubernetes too)"}}},
    {NULL,         0,   FLAG_YES,    NULL,      0, 0, {{NULL, NULL}}},
};

const CommandRow cli_commands[COMMAND_COUNT] = {
    [COMMAND_RUN] = {"run", TAKES_PHOTOS, "PHOTOS...", 0,
        {{"判定并制作照片, 写出报告; 再次运行只处理新增、改动和失败的",
          "judge and make photos, write the reports; again: only what is new, changed or failed"}}},
    [COMMAND_WATCH] = {"watch", TAKES_PHOTOS, "DIR...", 0,
        {{"看守文件夹: 新照片一到就判定, 结果见 OUT/live.html; 按 Ctrl-C 结束, 写出报告和照片包",
          "judge each photo as it arrives in a folder, see OUT/live.html; Ctrl-C ends with reports and package"}}},
    [COMMAND_CHECK] = {"check", TAKES_PHOTOS, "PHOTOS...", 0,
        {{"按原样判定收到的文件, 不写照片", "judge received files as they are, write no photo"}}},
    [COMMAND_VERIFY] = {"verify", TAKES_PACKAGE, "PACKAGE.zip|OUT", 0,
        {{"重新打开照片包: 核对压缩包、校验和、清单, 并逐张重新测量",
          "open a package anew: ZIPs, checksums, manifest, and every photo measured"}}},
    [COMMAND_PURGE] = {"purge", TAKES_OUT, "OUT", 0,
        {{"清除输出文件夹: 删除本程序生成的文件, 其他文件保留, 并逐一列出",
          "remove what headroom made in an output folder; all else stays and is named"}}},
    [COMMAND_MERGE] = {"merge", TAKES_SHARDS, "SHARD...", 0,
        {{"把各份 (OUT/shards/*) 合成一次完整运行的结果: 记录、报告和照片包",
          "make of all shards (OUT/shards/*) what one run would have made: journal, reports and package"}}},
    [COMMAND_LIST] = {"list", TAKES_CHOICE, "checks|profiles|exit-codes", FIELD(topic),
        {{"列出检查项、要求配置或退出码", "list the checks, the profiles or the exit codes"}}},
    [COMMAND_BENCH] = {"bench", TAKES_PHOTOS, "PHOTOS...", 0,
        {{"测量速度和内存", "measure speed and memory"}}},
    [COMMAND_COMPLETION] = {"completion", TAKES_CHOICE, "bash|zsh|fish", FIELD(shell),
        {{"打印命令补全脚本", "print a completion script for a shell"}}},
    [COMMAND_MAN] = {"man", TAKES_NOTHING, NULL, 0,
        {{"打印手册页 (troff)", "print the man page (troff)"}}},
};

const ExitRow cli_exits[CLI_EXITS] = {
    {EXIT_ALL_PASS,    {{"完成, 每个人都有合格的照片", "finished, everyone has a passing photo"}}},
    {EXIT_OPEN_ENDS,   {{"完成, 有人需要重拍、需要人工查看或缺照片",
                         "finished, somebody needs a retake, a look or a photo"}}},
    {EXIT_USAGE,       {{"用法、配置或名单错误, 什么都没有做", "usage, profile or roster error, nothing was done"}}},
    {EXIT_UNFINISHED,  {{"未能完成 (磁盘已满、缺少模型等), 已完成的保留",
                         "could not finish (disk full, no model ...), what is done is kept"}}},
    {EXIT_IN_USE,      {{"输出文件夹正被另一次运行使用", "the output folder is in use by another run"}}},
    {EXIT_INTERRUPTED, {{"被信号中断, 可以继续运行", "interrupted by a signal, can be resumed"}}},
};

const Words cli_about = {{"判定并统一毕业证书电子注册照片", "judge and normalise graduates' portrait photos"}};
// clang-format on

bool cli_needs_out(Command command)
{
    return command == COMMAND_RUN || command == COMMAND_WATCH || command == COMMAND_MERGE;
}

bool cli_choice(const char *choices, int index, char out[32])
{
    for (; index > 0; index--) {
        choices = strchr(choices, '|');
        if (!choices)
            return false;
        choices++;
    }
    snprintf(out, 32, "%.*s", (int)strcspn(choices, "|"), choices);
    return true;
}
