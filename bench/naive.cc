// SPDX-License-Identifier: MIT
// What a script of an afternoon does: read, find the face at 640 pixels, crop around it, resize, write. A peer
// for peers.sh and no part of the program.   naive_opencv YUNET.onnx OUT PHOTO...
#include <cstdio>
#include <string>
#include <vector>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

static const cv::Size frame_px(480, 640);
static const int detector_px = 640;

// Centre of the likeliest face in a square of detector_px; the square's middle where nothing is found.
static cv::Point2d find_face(cv::dnn::Net &net, const cv::Mat &square)
{
    const int strides[] = {8, 16, 32};
    const std::vector<std::string> names = {"cls_8", "cls_16", "cls_32", "obj_8",  "obj_16",
                                            "obj_32", "bbox_8", "bbox_16", "bbox_32"};
    std::vector<cv::Mat> out;
    net.setInput(cv::dnn::blobFromImage(square));
    net.forward(out, names);
    cv::Point2d best(detector_px / 2.0, detector_px / 2.0);
    float most = 0.25f;
    for (int k = 0; k < 3; k++) {
        const int columns = detector_px / strides[k];
        const float *seen = out[k].ptr<float>(), *object = out[3 + k].ptr<float>(), *box = out[6 + k].ptr<float>();
        for (int i = 0; i < columns * columns; i++)
            if (seen[i] * object[i] > most) {
                most = seen[i] * object[i];
                best = cv::Point2d((i % columns + box[4 * i]) * strides[k], (i / columns + box[4 * i + 1]) * strides[k]);
            }
    }
    return best;
}

// The largest 3:4 window with the face in its middle, a little above, inside the picture.
static cv::Rect window_around(cv::Point2d face, cv::Size picture)
{
    double width = picture.width, height = width * 4 / 3;
    if (height > picture.height) {
        height = picture.height;
        width = height * 3 / 4;
    }
    double x = std::min(std::max(face.x - width / 2, 0.0), picture.width - width);
    double y = std::min(std::max(face.y - height * 0.45, 0.0), picture.height - height);
    return cv::Rect(int(x), int(y), int(width), int(height));
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "usage: naive_opencv YUNET.onnx OUT PHOTO...\n");
        return 2;
    }
    cv::setNumThreads(1);
    cv::dnn::Net net = cv::dnn::readNet(argv[1]);
    for (int i = 3; i < argc; i++) {
        cv::Mat picture = cv::imread(argv[i]), small, square, frame;
        if (picture.empty())
            return 3;
        double scale = double(detector_px) / std::max(picture.cols, picture.rows);
        cv::resize(picture, small, cv::Size(), scale, scale, cv::INTER_AREA);
        cv::copyMakeBorder(small, square, 0, detector_px - small.rows, 0, detector_px - small.cols,
                           cv::BORDER_CONSTANT);
        cv::Point2d face = find_face(net, square) / scale;
        cv::resize(picture(window_around(face, picture.size())), frame, frame_px, 0, 0, cv::INTER_AREA);
        std::string path = argv[i];
        path = std::string(argv[2]) + "/" + path.substr(path.rfind('/') + 1);
        if (!cv::imwrite(path, frame, {cv::IMWRITE_JPEG_QUALITY, 85}))
            return 3;
    }
    return 0;
}
