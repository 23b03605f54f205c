/* SPDX-License-Identifier: MIT */
/* The door to OpenCV. Every body catches everything: an exception becomes an Err. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <memory>
#include <string>
#include <vector>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include "faces.h"

struct FaceFinder {
    bool yunet;
    cv::dnn::Net detector, points, eye;
    cv::CascadeClassifier haar, lbp;
};

static const char *const CASCADE_FOLDERS[] = {"/usr/share/opencv4/", "/usr/share/opencv/",
                                              "/usr/local/share/opencv4/"};

static Err load_cascade(Arena *arena, const char *relative, cv::CascadeClassifier *out)
{
    for (const char *folder : CASCADE_FOLDERS)
        if (out->load(std::string(folder) + relative))
            return OK;
    return fail(arena, ERR_MODEL, "cannot load cascade '%s' (package opencv-data)", relative);
}

/* HEADROOM_MODELS, the source folder, or share/headroom/models beside an installed program. */
static Err load_net(Arena *arena, const char *name, cv::dnn::Net *out)
{
    const char *asked = getenv("HEADROOM_MODELS");
    std::string tried;
    for (const std::string &folder : {std::string(asked ? asked : ""), std::string(SOURCE_DIR "/models"),
                                      std::string(INSTALLED_MODELS)}) {
        if (folder.empty())
            continue;
        tried = folder + "/face/" + name;
        try {
            *out = cv::dnn::readNetFromONNX(tried);
            return OK;
        } catch (...) { /* the next folder may have it */
        }
    }
    return fail(arena, ERR_MODEL, "cannot load network '%s'", tried.c_str());
}

static Err open_all(Arena *arena, const char *detector, FaceFinder *finder)
{
    finder->yunet = detector != nullptr;
    if (detector) {
        finder->detector = cv::dnn::readNetFromONNX(detector);
        if (finder->detector.empty())
            return fail(arena, ERR_MODEL, "cannot load detector '%s'", detector);
    } else {
        TRY(load_cascade(arena, "haarcascades/haarcascade_frontalface_alt2.xml", &finder->haar));
        TRY(load_cascade(arena, "lbpcascades/lbpcascade_frontalface_improved.xml", &finder->lbp));
    }
    TRY(load_net(arena, "face_points.onnx", &finder->points));
    return load_net(arena, "eye_points.onnx", &finder->eye);
}

Err faces_open(Arena *arena, const char *detector, FaceFinder **out)
{
    *out = nullptr;
    try {
        cv::setNumThreads(0);
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        auto finder = std::make_unique<FaceFinder>(); /* loading throws, too */
        TRY(open_all(arena, detector, finder.get()));
        *out = finder.release();
        return OK;
    } catch (...) {
        return fail(arena, ERR_MODEL, "cannot load detector '%s'", detector ? detector : "cascades");
    }
}

void faces_close(FaceFinder *finder)
{
    delete finder;
}

int faces_searches(const FaceFinder *finder)
{
    return finder->yunet ? 2 : SEARCH_COUNT;
}

static cv::Mat view_of(const Picture *picture)
{
    return cv::Mat(picture->height_px, picture->width_px, CV_8UC3, picture->rgb);
}

/* Longest side to at most `longest`; *scale = picture pixels per result pixel. */
static cv::Mat reduce(const cv::Mat &image, int longest, double *scale)
{
    int side = std::max(image.cols, image.rows);
    if (side <= longest) {
        *scale = 1;
        return image;
    }
    *scale = (double)side / longest;
    cv::Mat out;
    cv::resize(image, out, cv::Size(std::max(1, cvRound(image.cols / *scale)),
                                    std::max(1, cvRound(image.rows / *scale))),
               0, 0, cv::INTER_AREA);
    return out;
}

static void add(FaceList *out, const FaceCandidate &face)
{
    int at = out->count; /* largest first */
    while (at > 0 && out->list[at - 1].face.side < face.face.side)
        at--;
    if (at >= CANDIDATE_MAX)
        return;
    int last = std::min(out->count, (int)CANDIDATE_MAX - 1);
    memmove(&out->list[at + 1], &out->list[at], sizeof(FaceCandidate) * (size_t)(last - at));
    out->list[at] = face;
    out->count = last + 1;
}

/* The box's longer side to the face size and centre, measured on portraits: models/face/README.md. */
static FaceCandidate candidate(cv::Point2d middle, double longer, double angle, double score,
                               bool yunet)
{
    const double size = yunet ? 0.860 : 0.964, down = (yunet ? 0.057 : 0.086) * longer;
    FaceCandidate face = {};
    face.face.centre = {middle.x - down * sin(angle), middle.y + down * cos(angle)};
    face.face.side = size * longer;
    face.face.angle = angle;
    face.score = score;
    return face;
}

static void find_cascade(FaceFinder *finder, const cv::Mat &image, FaceSearch search, FaceList *out)
{
    const int LONGEST = 480; /* faces from 12 % of the shorter side are then 40 px and more */
    double scale = 1;
    cv::Mat grey, small = reduce(image, LONGEST, &scale);
    cv::cvtColor(small, grey, cv::COLOR_RGB2GRAY);
    if (search != SEARCH_FIRST) /* light from one side, or too little */
        cv::createCLAHE(4, cv::Size(6, 8))->apply(grey, grey);
    int least = std::max(24, (int)(0.12 * std::min(grey.cols, grey.rows)));
    std::vector<cv::Rect> boxes;
    std::vector<int> support;
    cv::CascadeClassifier &cascade = search == SEARCH_THIRD ? finder->lbp : finder->haar;
    cascade.detectMultiScale(grey, boxes, support, 1.1, search == SEARCH_THIRD ? 2 : 3, 0,
                             cv::Size(least, least));
    for (size_t i = 0; i < boxes.size(); i++) {
        const cv::Rect &box = boxes[i];
        add(out, candidate({(box.x + box.width / 2.0) * scale, (box.y + box.height / 2.0) * scale},
                           std::max(box.width, box.height) * scale, 0,
                           support[i] / (support[i] + 5.0), false));
    }
}

struct Yu {
    cv::Rect2d box;
    double angle, score;
};

/* YuNet's heads at one stride: published layout, anchor-free; see models/README.md. */
static void yunet_stride(const std::vector<cv::Mat> &heads, size_t at, int stride, int columns,
                         std::vector<Yu> *out)
{
    const float *cls = heads[at].ptr<float>(), *obj = heads[at + 3].ptr<float>();
    const float *box = heads[at + 6].ptr<float>(), *kps = heads[at + 9].ptr<float>();
    int cells = (int)(heads[at].total());
    for (int i = 0; i < cells; i++) {
        double score = sqrt(std::max(0.0f, std::min(1.0f, cls[i])) *
                            std::max(0.0f, std::min(1.0f, obj[i])));
        if (!(score >= 0.6))
            continue;
        int column = i % columns, row = i / columns;
        const float *b = box + 4 * i, *k = kps + 10 * i;
        double w = exp(b[2]) * stride, h = exp(b[3]) * stride;
        double x = (column + b[0]) * stride, y = (row + b[1]) * stride;
        /* the first two points are the eyes, right eye of the person first: smaller x in the picture */
        double angle = atan2((k[3] - k[1]) * stride, (k[2] - k[0]) * stride);
        out->push_back({cv::Rect2d(x - w / 2, y - h / 2, w, h), angle, score});
    }
}

static void find_yunet(FaceFinder *finder, const cv::Mat &image, int longest, FaceList *out)
{
    double scale = 1;
    cv::Mat bgr, small = reduce(image, longest, &scale);
    int width = (small.cols + 31) / 32 * 32, height = (small.rows + 31) / 32 * 32;
    cv::cvtColor(small, bgr, cv::COLOR_RGB2BGR);
    cv::copyMakeBorder(bgr, bgr, 0, height - small.rows, 0, width - small.cols, cv::BORDER_CONSTANT);
    finder->detector.setInput(cv::dnn::blobFromImage(bgr));
    static const std::vector<cv::String> NAMES = {"cls_8",  "cls_16",  "cls_32",  "obj_8",
                                                  "obj_16", "obj_32",  "bbox_8",  "bbox_16",
                                                  "bbox_32", "kps_8",  "kps_16",  "kps_32"};
    std::vector<cv::Mat> heads;
    finder->detector.forward(heads, NAMES);
    std::vector<Yu> found;
    for (size_t i = 0; i < 3; i++)
        yunet_stride(heads, i, 8 << i, width / (8 << i), &found);
    std::vector<cv::Rect2d> boxes;
    std::vector<float> scores;
    for (const Yu &face : found) {
        boxes.push_back(face.box);
        scores.push_back((float)face.score);
    }
    std::vector<int> kept;
    cv::dnn::NMSBoxes(boxes, scores, 0.6f, 0.3f, kept);
    for (int i : kept) {
        const Yu &face = found[(size_t)i];
        add(out, candidate({(face.box.x + face.box.width / 2) * scale,
                            (face.box.y + face.box.height / 2) * scale},
                           std::max(face.box.width, face.box.height) * scale, face.angle,
                           face.score, true));
    }
}

Err faces_find(FaceFinder *finder, const Picture *picture, FaceSearch search, FaceList *out)
{
    out->count = 0;
    try {
        cv::Mat image = view_of(picture);
        if (finder->yunet)
            find_yunet(finder, image, search == SEARCH_FIRST ? 320 : 640, out);
        else
            find_cascade(finder, image, search, out);
        return OK;
    } catch (...) {
        return (Err){ERR_MODEL, "the face finder failed"};
    }
}

/* The crop as a `size` x `size` RGB image; area-reduced first where it shrinks, so that it does not
 * alias. matrix: picture to crop, 2x3. */
static cv::Mat cut(const cv::Mat &image, FaceCrop crop, int size, cv::Matx23d *matrix)
{
    double c = cos(crop.angle) * size / crop.side, s = sin(crop.angle) * size / crop.side;
    *matrix = cv::Matx23d(c, s, size / 2.0 - c * crop.centre.x - s * crop.centre.y, -s, c,
                          size / 2.0 + s * crop.centre.x - c * crop.centre.y);
    double reach = crop.side * (fabs(cos(crop.angle)) + fabs(sin(crop.angle))) / 2 + 2;
    cv::Rect around(cv::Point((int)floor(crop.centre.x - reach), (int)floor(crop.centre.y - reach)),
                    cv::Point((int)ceil(crop.centre.x + reach), (int)ceil(crop.centre.y + reach)));
    around &= cv::Rect(0, 0, image.cols, image.rows);
    if (around.area() == 0)
        around = cv::Rect(0, 0, 1, 1);
    cv::Mat part = image(around), out;
    double fx = 1, fy = 1, shrink = size / crop.side;
    if (shrink < 0.7) {
        cv::Mat small;
        cv::Size target(std::max(1, cvRound(around.width * shrink * 1.4)),
                        std::max(1, cvRound(around.height * shrink * 1.4)));
        cv::resize(part, small, target, 0, 0, cv::INTER_AREA);
        fx = (double)around.width / target.width;
        fy = (double)around.height / target.height;
        part = small;
    }
    const cv::Matx23d &m = *matrix; /* part pixel p is picture (p + 0.5) * f - 0.5 + corner */
    double ox = around.x + fx / 2 - 0.5, oy = around.y + fy / 2 - 0.5;
    cv::Matx23d local(m(0, 0) * fx, m(0, 1) * fy, m(0, 2) + m(0, 0) * ox + m(0, 1) * oy,
                      m(1, 0) * fx, m(1, 1) * fy, m(1, 2) + m(1, 0) * ox + m(1, 1) * oy);
    cv::warpAffine(part, out, local, cv::Size(size, size), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return out;
}

static void forward(cv::dnn::Net *net, const cv::Mat &crop, const cv::Matx23d &m, int count,
                    Point *out)
{
    net->setInput(cv::dnn::blobFromImage(crop, 1 / 127.5, crop.size(),
                                         cv::Scalar(127.5, 127.5, 127.5)));
    cv::Mat answer = net->forward();
    CV_Assert(answer.total() == (size_t)count * 2);
    const float *p = answer.ptr<float>();
    double det = m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0);
    for (int i = 0; i < count; i++) {
        double x = p[2 * i] * crop.cols - m(0, 2), y = p[2 * i + 1] * crop.rows - m(1, 2);
        out[i].x = (m(1, 1) * x - m(0, 1) * y) / det;
        out[i].y = (m(0, 0) * y - m(1, 0) * x) / det;
    }
}

Err faces_points(FaceFinder *finder, const Picture *picture, FaceCrop crop, Point out[POINT_COUNT])
{
    try {
        cv::Matx23d matrix;
        cv::Mat image = cut(view_of(picture), crop, 128, &matrix);
        forward(&finder->points, image, matrix, POINT_COUNT, out);
        return OK;
    } catch (...) {
        return (Err){ERR_MODEL, "the face-point network failed"};
    }
}

Err faces_eye(FaceFinder *finder, const Picture *picture, FaceCrop crop, bool mirrored,
              Point out[EYE_POINT_COUNT])
{
    try {
        cv::Matx23d matrix;
        cv::Mat image = cut(view_of(picture), crop, 64, &matrix);
        if (mirrored) {
            cv::flip(image, image, 1);
            matrix = cv::Matx23d(-matrix(0, 0), -matrix(0, 1), image.cols - 1 - matrix(0, 2),
                                 matrix(1, 0), matrix(1, 1), matrix(1, 2));
        }
        forward(&finder->eye, image, matrix, EYE_POINT_COUNT, out);
        return OK;
    } catch (...) {
        return (Err){ERR_MODEL, "the eye-point network failed"};
    }
}
