/* SPDX-License-Identifier: MIT */
#include "text_checks.h"

/* Of a picture that was not cropped here, nobody knows whether the original holds what it lacks. */
#define AGAIN_ZH "请用相机原图重新裁剪, 原图也不符合的请重拍"
#define AGAIN_EN "crop it anew from the camera original, and shoot again if that is no better"

// clang-format off
const CheckWords check_words[CHECK_COUNT] = {
    [CHECK_id_valid] = {
        .name = {{"不能确定是谁的照片", "not known whose photo it is"}},
        .low = {{"文件名中没有唯一有效的身份证号码: 请以本人身份证号码命名",
                 "the file name does not hold exactly one valid ID number: name the file by the person's ID number"}}},
    [CHECK_files_for_id] = {
        .name = {{"同一号码的文件数", "files for this ID"}},
        .high = {{"同一身份证号码有 {} 个文件: 一人只能有一个图像文件; 请只留下选定的一个, 移走其余的, 再运行一次",
                  "{} files hold this ID number: one person, one file; leave the right one here, move the others away and run again"}}},
    [CHECK_in_roster] = {
        .name = {{"名单外", "not in the roster"}},
        .low = {{"名单中没有此身份证号码: 请核对文件名与名单",
                 "the roster does not list this ID number: compare the file name and the roster"}}},
    [CHECK_eligible] = {
        .name = {{"不在注册范围", "not eligible"}},
        .low = {{"按名单此人不在本批注册范围内: 无需照片",
                 "the roster says that this person is not to be registered: no photo is needed"}}},
    [CHECK_same_bytes] = {
        .name = {{"同一文件用于不同号码", "the same file under other IDs"}},
        .high = {{"同一个图像文件还用于另外 {} 个身份证号码: 请查明是谁的照片",
                  "the very same file stands under {} other ID number" S ": find out whose photo it is"}}},
    [CHECK_same_picture] = {
        .name = {{"相同照片用于不同号码", "the same picture under other IDs"}},
        .low = {{"与另一身份证号码的照片几乎相同 (256 位中只差 {} 位): 请人工查看, 查明是谁的照片",
                 "nearly the same picture as another ID's ({} of 256 bits differ): a person must look and find out whose photo it is"}}},
    [CHECK_code_gap] = {
        .name = {{"二维码与照片之间缺号", "numbers missing after the code"}},
        .high = {{"按相机编号, 二维码与这张照片之间缺 {} 张, 其中可能有别人的二维码: 请人工查看, 确认照片上是本人",
                  "the camera's numbers skip {} between the code and this photo, where another person's code may have been: a person must look and make sure that this is the one"}}},
    [CHECK_other_profile] = {
        .name = {{"由另一配置判定", "judged by another profile"}},
        .high = {{"这张照片是按另一配置判定的, 这次没有再给出它的文件, 不计入: 请再给出一次这个文件",
                  "this photo was judged by another profile and its file was not given this time, so it does not count: give the file again"}}},
    [CHECK_photo_gone] = {
        .name = {{"制作的照片已不在", "made photo gone"}},
        .high = {{"由这个文件制作的照片已不在或被改动, 这次没有再给出它的文件, 不计入: 请再给出一次这个文件",
                  "the photo made of this file is gone or was changed and the file was not given this time, so it does not count: give the file again"}}},
    [CHECK_roster_names] = {
        .name = {{"名单中的姓名数", "names in the roster"}},
        .high = {{"名单中此身份证号码有 {} 个不同的姓名: 请更正名单; 更正之前请人工查看, 查明是谁的照片",
                  "the roster has {} different names for this ID number: correct the roster; until then a person must look and find out whose photo it is"}}},
    [CHECK_id_check_digit] = {
        .name = {{"号码校验位", "check digit of the ID"}},
        .low = {{"身份证号码校验位不符, 但名单中确有此号码",
                 "the check digit of the ID number is wrong, but the roster lists the number"}}},
    [CHECK_roster_agrees] = {
        .name = {{"名单与号码不符", "roster contradicts the ID"}},
        .low = {{"名单中的性别或出生日期与身份证号码不符",
                 "sex or birth date in the roster are not those of the ID number"}}},
    [CHECK_readable] = {
        .name = {{"文件无法读取", "unreadable file"}},
        .low = {{"文件无法读取: 请重新拷贝或传送", "the file cannot be read: copy or send it again"}}},
    [CHECK_source_bytes] = {
        .name = {{"原文件大小", "size of the received file"}},
        .says = {{"原文件大小为 {}", "the received file has {}"}},
        .low = {{"文件为空或不完整, 请重新传送", "empty or cut off, send it again"}},
        .high = {{"文件过大, 请重新导出 JPEG", "too large, export it again as JPEG"}}},
    [CHECK_is_jpeg] = {
        .name = {{"文件格式", "file format"}},
        .low = {{"文件内容不是 JPEG: 请用相机原图重新导出", "the file is not a JPEG inside: export it again from the camera original"}}},
    [CHECK_megapixels] = {
        .name = {{"原图像素总数", "pixels of the received picture"}},
        .says = {{"原图共 {}", "the received picture has {}"}},
        .high = {{"请以较小尺寸重新导出", "export it again at a smaller size"}}},
    [CHECK_scan_count] = {
        .name = {{"JPEG 扫描次数", "JPEG scans"}},
        .says = {{"JPEG 扫描次数为 {}", "the JPEG holds {} scan" S}},
        .high = {{"文件结构异常, 请用相机原图重新导出", "unusual file, export it again from the camera original"}}},
    [CHECK_decode_megabytes] = {
        .name = {{"解码所需内存", "memory to decode"}},
        .says = {{"解码此文件需 {} 内存", "to decode the file takes {} of memory"}},
        .high = {{"请以较小尺寸重新导出为普通 JPEG", "export it again at a smaller size, as an ordinary JPEG"}}},
    [CHECK_cpu_seconds] = {
        .name = {{"处理用时", "computing time"}},
        .says = {{"处理用时 {} 后中止", "given up after {} of computing"}},
        .high = {{"文件结构异常, 请用相机原图重新导出", "unusual file, export it again from the camera original"}}},
    [CHECK_bit_depth] = {
        .name = {{"每通道位数", "bits per channel"}},
        .says = {{"每通道 {}", "the JPEG holds {} per channel"}},
        .high = {{"请导出为 24 位真彩色 JPEG", "export it as a 24-bit colour JPEG"}}},
    [CHECK_colour_components] = {
        .name = {{"颜色分量数", "colour components"}},
        .low = {{"是黑白 (灰度) 图像: 必须为 24 位真彩色, 请用彩色原图",
                 "the picture is grey: it must be in 24-bit colour, use the colour original"}},
        .high = {{"有 {} 个颜色分量 (印刷用 CMYK): 必须为 24 位真彩色, 请重新导出为 RGB",
                  "the picture has {} colour components (CMYK, for print): "
                  "it must be in 24-bit colour, export it as RGB"}}},
    [CHECK_damage] = {
        .name = {{"图像数据损坏", "damaged picture data"}},
        .high = {{"图像数据损坏 ({} 处): 请重新传送原图",
                  "the picture data are damaged ({} place" S "): send the original again"}}},
    [CHECK_seams] = {
        .name = {{"图像错位或变色带", "shifted bands"}},
        .high = {{"从 {} 处起亮度或颜色整段改变, 像是数据损坏: 请人工查看, 必要时重新传送原图",
                  "brightness or colour shifts in {} place" S " as damaged data do: a person must look, and have the original sent again if it is"}}},
    [CHECK_odd_blocks] = {
        .name = {{"异常方块", "odd blocks"}},
        .high = {{"有 {} 处方块与四周不合, 而翻转其中一个比特就吻合, 像是数据损坏: 请人工查看 (放大), 必要时重新传送原图",
                  "blocks in {} place" S " differ from all around them and would fit with one bit turned, as in damaged data: a person must look closely, and have the original sent again if so"}}},
    [CHECK_coding_tables] = {
        .name = {{"编码表异常", "odd coding tables"}},
        .high = {{"文件头的编码表有 {} 处异常, 像是数据损坏: 请人工查看图像是否正常, 必要时重新传送原图",
                  "{} place" S " of the file's coding tables " PLURAL("looks", "look") " damaged: a person must look whether the picture is right, and have the original sent again if not"}}},
    [CHECK_end_marker] = {
        .name = {{"文件缺少结束标记", "no end marker"}},
        .low = {{"文件缺少结束标记, 可能没有传送完整: 请重新传送原图",
                 "the file has no end marker and may be cut off: send the original again"}}},
    [CHECK_source_width_px] = {
        .name = {{"原图宽度", "width of the received picture"}},
        .says = {{"原图宽 {}", "the received picture is {} wide"}},
        .low = {{"禁止放大, " ORIGINAL_ZH, "enlarging is forbidden, " ORIGINAL_EN}}},
    [CHECK_source_height_px] = {
        .name = {{"原图高度", "height of the received picture"}},
        .says = {{"原图高 {}", "the received picture is {} high"}},
        .low = {{"禁止放大, " ORIGINAL_ZH, "enlarging is forbidden, " ORIGINAL_EN}}},
    [CHECK_source_quality] = {
        .name = {{"原图压缩品质", "quality of the received file"}},
        .says = {{"原图压缩品质系数为 {}", "the received file has quality {}"}},
        .low = {{"请使用相机原图, 不要用聊天软件转发", "use the camera original, not one sent through a chat app"}}},
    [CHECK_earlier_quality] = {
        .name = {{"早先保存的压缩品质", "quality of an earlier save"}},
        .says = {{"图像早先曾以品质系数 {} 保存", "the picture was once saved with quality {}"}},
        .low = {{"再以高品质另存也补不回失去的细节, 请使用相机原图", "saving it again brings no detail back, use the camera original"}}},
    [CHECK_source_trailing_bytes] = {
        .name = {{"原文件结尾后的多余数据", "extra bytes in the received file"}},
        .says = {{"原文件结尾之后多出 {}", "the received file carries {} after its end"}},
        .high = {{"可能被工具填充过, 请核对来源", "a tool may have padded it, check where it came from"}}},
    [CHECK_mirrored_by_tag] = {
        .name = {{"方向标记含镜像", "mirrored by its tag"}},
        .high = {{"照片的方向标记含左右镜像, 已按标记还原: 请核对是否为原图",
                  "the orientation tag mirrors the picture, which was applied: "
                  "check that it is the original"}}},
    [CHECK_capture_age_days] = {
        .name = {{"拍摄日期距今", "days since capture"}},
        .says = {{"拍摄日期距今 {}", "the picture was taken {} ago"}},
        .below = {{"拍摄日期在 {}之后: 请核对相机日期", "the picture's date is {} ahead: check the date of the camera"}},
        .high = {{"请使用一年以内拍摄的照片", "use a picture taken within a year"}}},
    [CHECK_camera_data] = {
        .name = {{"缺少相机信息", "no camera data"}},
        .low = {{"文件中没有相机信息, 可能不是原图: 请核对来源",
                 "the file names no camera and may not be the original: check where it came from"}}},
    [CHECK_editor_trace] = {
        .name = {{"修图软件痕迹", "editor trace"}},
        .high = {{"文件留有修图软件的痕迹: 不得对人像作技术处理, 请核对或提交原图",
                  "the file names a retouching program: "
                  "the person must not be altered, check it or ask for the original"}}},
    [CHECK_colour_profile] = {
        .name = {{"色彩配置文件", "colour profile"}},
        .low = {{"嵌入的色彩配置文件无法使用, 颜色无法确认: " ORIGINAL_ZH,
                 "the embedded colour profile cannot be used, so the colours are uncertain: " ORIGINAL_EN}},
        .high = {{"EXIF 注明颜色不是 sRGB (如 Adobe RGB), 而文件中没有色彩配置文件, 颜色无法确认: 请把相机设为 sRGB 后重拍, 或由原图转换为 sRGB",
                  "EXIF says that the colours are not sRGB (but Adobe RGB, say) and the file holds no profile, so they are uncertain: set the camera to sRGB and shoot again, or convert the original to sRGB"}}},
    [CHECK_width_px] = {
        .name = {{"图像宽度", "width"}},
        .says = {{"图像宽度为 {}", "the picture is {} wide"}},
        .low = {{"不得放大, " ORIGINAL_ZH, "never enlarge, " ORIGINAL_EN}},
        .high = {{ORIGINAL_ZH, ORIGINAL_EN}}},
    [CHECK_height_px] = {
        .name = {{"图像高度", "height"}},
        .says = {{"图像高度为 {}", "the picture is {} high"}},
        .low = {{"不得放大, " ORIGINAL_ZH, "never enlarge, " ORIGINAL_EN}},
        .high = {{ORIGINAL_ZH, ORIGINAL_EN}}},
    [CHECK_dpi] = {
        .name = {{"分辨率", "resolution"}},
        .says = {{"分辨率标记为 {}", "the header says {}"}},
        .none = {{"JFIF 文件头没有标明分辨率 (EXIF 中的不算)", "the JFIF header names no resolution (one in EXIF does not count)"}},
        .low = {{"请重新写入文件头", "write the header again"}}},
    [CHECK_baseline] = {
        .name = {{"非基线 JPEG", "not a baseline JPEG"}},
        .low = {{"不是基线 JPEG (例如渐进式): " ORIGINAL_ZH,
                 "not a baseline JPEG (progressive, for example): " ORIGINAL_EN}}},
    [CHECK_sampling_allowed] = {
        .name = {{"色度采样", "chroma sampling"}},
        .low = {{"色度采样不是 4:2:0 或 4:4:4: " ORIGINAL_ZH,
                 "chroma sampling is neither 4:2:0 nor 4:4:4: " ORIGINAL_EN}}},
    [CHECK_quality] = {
        .name = {{"压缩品质", "quality"}},
        .says = {{"压缩品质系数为 {}", "the JPEG quality is {}"}},
        .low = {{ORIGINAL_ZH, ORIGINAL_EN}}},
    [CHECK_file_bytes] = {
        .name = {{"文件大小", "file size"}},
        .says = {{"文件大小为 {}", "the file has {}"}},
        .low = {{"文件过小, " ORIGINAL_ZH ", 不得填充凑数", "too small, " ORIGINAL_EN ", never pad it"}},
        .high = {{ORIGINAL_ZH, ORIGINAL_EN}}},
    [CHECK_trailing_bytes] = {
        .name = {{"文件结尾后的多余数据", "extra bytes"}},
        .says = {{"文件结尾之后多出 {}", "the file carries {} after its end"}},
        .high = {{"填充内容或手机附加的第二幅图像都不得存在, " ORIGINAL_ZH, "neither padding nor a phone's second picture may be there, " ORIGINAL_EN}}},
    [CHECK_metadata_bytes] = {
        .name = {{"附加信息", "metadata"}},
        .says = {{"文件头中有附加信息 (EXIF 等) {}", "the header carries {} of metadata (EXIF and the like)"}},
        .high = {{"请用本程序的 run 由原图重新制作: 其中的色彩配置文件或方向标记须先生效, 不得直接删除",
                  "make it anew from the original (headroom run): a colour profile or an orientation in it must be applied, not just deleted"}}},
    [CHECK_byte_window] = {
        .name = {{"文件大小无法达到", "no file size in range"}},
        .low = {{"在规定的压缩品质内, 文件大小达不到要求: 请简化背景和衣着后重拍, 或调整配置中的范围",
                 "no allowed quality gives a file size in range: shoot again with a plain background "
                 "and plain clothes, or change the ranges of the profile"}}},
    [CHECK_faces] = {
        .name = {{"人脸数", "faces"}},
        .low = {{"没有找到人脸 (宽度至少为画面的 14%): 请靠近拍摄正面免冠头像",
                 "no face of at least 14 % of the picture's width was found: shoot a frontal portrait without a hat, nearer"}},
        .high = {{"找到 {} 张人脸: 画面中只能有本人, 请重拍",
                  "{} faces were found: only the person may be in the picture, shoot again"}}},
    [CHECK_turned_deg] = {
        .name = {{"照片方向", "picture turned"}},
        .high = {{"照片似乎横放或倒置, 顺时针转 {} 度才正立: 本程序不旋转照片, 请提交方向正确的原图",
                  "the picture seems to lie on its side or its head, and to stand upright once turned clockwise by {} degrees: "
                  "pictures are not turned here, hand in the upright original"}}},
    [CHECK_face_source_px] = {
        .name = {{"原图脸部宽度", "face width in the received picture"}},
        .says = {{"原图中脸部宽度为 {}", "the face is {} wide in the received picture"}},
        .low = {{"人像太小且不得放大, 请提交像素更多的相机原图, 或靠近重拍",
                 "too small, and enlarging is forbidden: send a camera original of more pixels, or move closer"}}},
    [CHECK_hair_top_px] = {
        .name = {{"头顶距上边沿", "hair top"}},
        .says = {{"头顶距上边沿 {}", "hair top is {} from the upper edge"}},
        .low = {{"头顶上方空间偏少, " AGAIN_ZH, "too little room above the head, " AGAIN_EN}},
        .high = {{"头顶上方空间偏多, " AGAIN_ZH, "too much room above the head, " AGAIN_EN}}},
    [CHECK_eye_line_px] = {
        .name = {{"眼睛距上边沿", "eye line"}},
        .says = {{"眼睛距上边沿 {}", "eyes are {} from the upper edge"}},
        .low = {{"眼睛位置偏高, " AGAIN_ZH, "the eyes are too high, " AGAIN_EN}},
        .high = {{"眼睛位置偏低, " AGAIN_ZH, "the eyes are too low, " AGAIN_EN}}},
    [CHECK_face_width_px] = {
        .name = {{"脸部宽度", "face width"}},
        .says = {{"脸部宽度 {}", "face is {} wide"}},
        .low = {{"人像偏小, " AGAIN_ZH, "the face is too small, " AGAIN_EN}},
        .high = {{"人像偏大, " AGAIN_ZH, "the face is too large, " AGAIN_EN}}},
    [CHECK_centre_offset_px] = {
        .name = {{"水平偏移", "centre offset"}},
        .says = {{"人像偏离水平中线 {}", "the face is {} off the centre line"}},
        .low = {{"人像偏左, " AGAIN_ZH, "too far left in the picture, " AGAIN_EN}},
        .high = {{"人像偏右, " AGAIN_ZH, "too far right in the picture, " AGAIN_EN}}},
    [CHECK_tilt_deg] = {
        .name = {{"头部倾斜", "head tilt"}},
        .says = {{"头部倾斜 {}", "the head is tilted by {}"}},
        .low = {{"请摆正头部重拍", "hold the head upright and shoot again"}}},
    [CHECK_eye_opening] = {
        .name = {{"双眼睁开程度", "eye opening"}},
        .says = {{"双眼睁开程度为 {}", "the eyes are open by {}"}},
        .low = {{"请自然睁眼平视重拍", "open the eyes, look straight ahead and shoot again"}}},
    [CHECK_lip_gap] = {
        .name = {{"嘴唇张开程度", "lip gap"}},
        .says = {{"嘴唇张开程度为 {}", "the lips are open by {}"}},
        .high = {{"请自然闭合嘴唇重拍", "close the lips and shoot again"}}},
    [CHECK_yaw_deg] = {
        .name = {{"头部左右转动", "head turn"}},
        .says = {{"头部左右转动 {}", "the head is turned by {}"}},
        .low = {{"请正对镜头重拍", "face the camera squarely and shoot again"}}},
    [CHECK_pitch_deg] = {
        .name = {{"头部俯仰", "head nod"}},
        .says = {{"头部俯仰 {}", "the head is lowered or raised by {}"}},
        .low = {{"头部上仰, 请平视镜头重拍", "the head is raised: look straight ahead and shoot again"}},
        .high = {{"头部低垂, 请平视镜头重拍", "the head is lowered: look straight ahead and shoot again"}}},
    [CHECK_gaze] = {
        .name = {{"视线", "gaze"}},
        .says = {{"瞳孔偏离眼睛中央 {} 个眼宽", "the irises are {} eye widths off the middle"}},
        .low = {{"请双眼平视镜头重拍", "look into the camera and shoot again"}}},
    [CHECK_shoulders_deg] = {
        .name = {{"双肩倾斜", "shoulder slope"}},
        .says = {{"双肩连线倾斜 {}", "the shoulders slant by {}"}},
        .low = {{"画面右侧的肩膀偏高, 请坐正、放平双肩重拍",
                 "the shoulder on the right of the picture is higher: sit square with level shoulders and shoot again"}},
        .high = {{"画面左侧的肩膀偏高, 请坐正、放平双肩重拍",
                  "the shoulder on the left of the picture is higher: sit square with level shoulders and shoot again"}}},
    [CHECK_glasses_tint] = {
        .name = {{"镜片颜色", "tint of glasses"}},
        .says = {{"眼睛下方比脸颊暗或偏色 {} (疑似有色眼镜或有物遮眼)",
                  "below the eyes the skin is darker than the cheeks, or of another colour, by {} (it seems of dark or coloured glasses, or something over an eye)"}},
        .high = {{"请摘下或换成无色镜片重拍", "take it off or wear clear glasses and shoot again"}}},
    [CHECK_lens_glare] = {
        .name = {{"镜片反光", "reflection on glasses"}},
        .says = {{"眼部反光占 {}", "reflections cover {} around an eye"}},
        .high = {{"请调整灯光或眼镜角度, 消除反光后重拍", "move the lights or tip the glasses and shoot again"}}},
    [CHECK_glasses_frame] = {
        .name = {{"镜框遮挡眼睛", "glasses frame over the eye"}},
        .says = {{"横过眼睛的线条比眼下皮肤暗 {} (疑似镜框遮挡眼睛)",
                  "a line across an eye is darker than the skin below it by {} (it seems the frame of glasses)"}},
        .high = {{"请扶正眼镜、使镜框不遮眼睛后重拍", "push the glasses up until the frame covers no eye and shoot again"}}},
    [CHECK_brow_hair] = {
        .name = {{"眉毛上的头发", "hair over the brows"}},
        .says = {{"眉毛上方 {} 为暗色 (疑似头发或帽子遮挡)", "{} of the forehead just above a brow is dark (hair or a hat seems to cover it)"}},
        .high = {{"请露出眉毛和眼睛重拍", "clear brows and eyes and shoot again"}}},
    [CHECK_head_cover] = {
        .name = {{"头部覆盖物", "head covering"}},
        .says = {{"疑似戴有头部覆盖物, 把握 {}", "the head seems to be covered, {} sure"}},
        .high = {{"请摘下帽子、头巾等重拍; 因宗教、医疗或文化需要而戴的, 由学校核实后接受",
                  "take off hat, cap or scarf and shoot again; one worn for faith, health or custom: let the college accept it"}}},
    [CHECK_mouth_cover] = {
        .name = {{"口部遮挡", "mouth covered"}},
        .says = {{"嘴和下巴有 {} 不是肤色或唇色 (疑似口罩、面纱、围巾、手机等遮挡)",
                  "{} of mouth and chin is of no colour of this skin or of lips (a mask, a veil, a scarf or a phone seems to cover it)"}},
        .high = {{"请露出口部和下巴重拍", "clear mouth and chin and shoot again"}}},
    [CHECK_ear_hair] = {
        .name = {{"耳旁头发", "hair over the ears"}},
        .says = {{"耳朵位置 {} 为暗色 (疑似头发遮挡)", "{} of where an ear should be is dark (hair seems to cover it)"}},
        .high = {{"请将头发拢到耳后重拍", "put the hair behind the ears and shoot again"}}},
    [CHECK_background_delta_e] = {
        .name = {{"背景颜色", "background colour"}},
        .says = {{"背景与规定颜色的色差为 {}", "the background differs from the allowed colour by {}"}},
        .high = {{"请换用规定颜色的背景重拍, 不得后期换色",
                  "shoot again before a background of the allowed colour, never recolour it"}}},
    [CHECK_background_spread] = {
        .name = {{"背景均匀度", "background spread"}},
        .says = {{"背景不均匀, 色差达 {}", "the background is uneven by {}"}},
        .high = {{"请使用平整无纹的背景重拍", "shoot again before a smooth, plain background"}}},
    [CHECK_background_gradient] = {
        .name = {{"背景渐变", "background gradient"}},
        .says = {{"背景渐变的色差为 {}", "the background changes across the picture by {}"}},
        .high = {{"请使背景照明均匀后重拍", "light the background evenly and shoot again"}}},
    [CHECK_background_left_right] = {
        .name = {{"背景左右差", "background left to right"}},
        .says = {{"背景左右两侧的色差为 {}", "the background's left and right differ by {}"}},
        .high = {{"请使背景左右照明均匀后重拍", "light both sides of the background evenly and shoot again"}}},
    [CHECK_background_top_bottom] = {
        .name = {{"背景上下差", "background top to bottom"}},
        .says = {{"背景上下两部分的色差为 {}", "the background's top and bottom differ by {}"}},
        .high = {{"请使背景上下照明均匀后重拍", "light the background evenly from top to bottom and shoot again"}}},
    [CHECK_background_shadow] = {
        .name = {{"背景阴影", "background shadow"}},
        .says = {{"背景上的阴影占 {}", "shadow covers {} of the background"}},
        .high = {{"请离背景远一些并补光后重拍", "stand further from the background, add light and shoot again"}}},
    [CHECK_background_objects] = {
        .name = {{"背景杂物", "background objects"}},
        .says = {{"背景中的其他人或物体占 {}", "other people or things cover {} of the background"}},
        .high = {{"请清空背景后重拍", "clear the background and shoot again"}}},
    [CHECK_over_exposed] = {
        .name = {{"脸部过曝", "over-exposure"}},
        .says = {{"脸部过亮区域占 {}", "{} of the face is over-exposed"}},
        .high = {{"请减弱灯光、消除高光或光斑后重拍", "dim the light until no highlights are left and shoot again"}}},
    [CHECK_under_exposed] = {
        .name = {{"脸部欠曝", "under-exposure"}},
        .says = {{"脸部过暗区域占 {}", "{} of the face is under-exposed"}},
        .high = {{"请增加正面光后重拍", "add light from the front and shoot again"}}},
    [CHECK_face_light] = {
        .name = {{"脸部亮度", "light on the face"}},
        .says = {{"脸部亮处亮度为 {}", "the brightest parts of the face reach {}"}},
        .low = {{"请增加正面光线后重拍", "add light from the front and shoot again"}}},
    [CHECK_white_level] = {
        .name = {{"画面亮度", "white level"}},
        .says = {{"画面最亮处的亮度为 {}", "the brightest part of the picture is at {}"}},
        .low = {{"请增加曝光后重拍", "increase the exposure and shoot again"}},
        .high = {{"请减少曝光后重拍", "decrease the exposure and shoot again"}}},
    [CHECK_light_balance] = {
        .name = {{"脸部左右光线", "light balance"}},
        .says = {{"脸部左右光线的一致度为 {}", "left and right cheek agree in light by {}"}},
        .low = {{"请使两侧光线均匀后重拍", "light both sides evenly and shoot again"}}},
    [CHECK_red_eye] = {
        .name = {{"红眼", "red eyes"}},
        .says = {{"瞳孔发红部分占 {}", "{} of a pupil is red"}},
        .high = {{"请关闭机顶闪光灯重拍, 不得后期修红眼",
                  "shoot again without the flash on the camera, never correct it afterwards"}}},
    [CHECK_face_colours] = {
        .name = {{"脸部色彩", "colours of the face"}},
        .says = {{"脸部同亮度处的颜色只相差 {} (疑似黑白或棕褐等单色照片)",
                  "colours of one lightness differ by {} on the face (it seems black and white, or of one tone as sepia)"}},
        .low = {{"请提交彩色原图", "send the original in colour"}}},
    [CHECK_skin_cast] = {
        .name = {{"肤色偏差", "cast of the skin"}},
        .says = {{"脸颊颜色偏离常见肤色 {} 个标准差 (疑似偏色或滤镜)",
                  "the cheeks are {} standard deviations off the colours of skin (it seems a colour cast or a filter)"}},
        .high = {{"请校准相机白平衡后重拍, 不得后期调色",
                  "set the camera's white balance and shoot again, never correct it afterwards"}}},
    [CHECK_sharpness] = {
        .name = {{"清晰度", "sharpness"}},
        .says = {{"清晰度为 {}", "sharpness is {}"}},
        .low = {{"请准确对焦、持稳相机后重拍", "focus on the eyes, hold the camera still and shoot again"}},
        .high = {{"可能经过锐化处理, 请提交相机原图", "it may have been sharpened, send the camera original"}}},
    [CHECK_white_top] = {
        .name = {{"上衣颜色", "colour of the top"}},
        .says = {{"上衣的白色部分占 {}", "{} of the clothes is white"}},
        .low = {{"请穿白色、无复杂图案的上衣重拍", "wear a plain white top and shoot again"}}},
    [CHECK_silhouette_contrast] = {
        .name = {{"衣着与背景的区分", "clothes against background"}},
        .says = {{"衣着与背景的色差为 {}", "clothes and background differ by {}"}},
        .low = {{"请换穿与背景颜色区分明显的衣服重拍",
                 "wear clothes that stand out from the background and shoot again"}}},
    [CHECK_mosaic] = {
        .name = {{"马赛克", "mosaic"}},
        .high = {{"眼部或脸部疑似打了马赛克: 请提交未添加任何内容的相机原图",
                  "there seems to be a mosaic over the eyes or the face: send the camera original, to which nothing was added"}}},
    [CHECK_border] = {
        .name = {{"边框", "border"}},
        .says = {{"画面边缘疑似有宽 {}的边框或缺失画面", "there seems to be a frame, or a part without any picture, of {} along an edge"}},
        .high = {{"不得添加边框, 请提交完整原图", "send the whole original, without a frame"}}},
    [CHECK_text] = {
        .name = {{"文字或图案", "text or pattern"}},
        .high = {{"画面上疑似有文字或图案 (衣服本身的花纹除外): 请提交未添加任何内容的原图",
                  "there seems to be text or a pattern on the picture that is not of the clothes: send the original, to which nothing was added"}}},
};
// clang-format on
