// SPDX-License-Identifier: MIT
// What a script of an afternoon does: read, find the face at 640 pixels, crop around it, resize, write. A peer
// for peers.sh and no part of the program.   naive_opencv YUNET.onnx OUT PHOTO...
#include <cstdio>
#include <string>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

static const cv::Size frame_px(480, 640);
static const int detector_px = 640;

// The largest 3:4 window around the face, inside the picture; the middle where there is no face.
static cv::Rect window_around(const cv::Mat &faces, double scale, cv::Size picture)
{
    double width = picture.width, height = width * 4 / 3, x = 0, y = 0;
    if (height > picture.height) {
        height = picture.height;
        width = height * 3 / 4;
    }
    double centre = picture.width / 2.0, top = picture.height / 2.0;
    if (!faces.empty()) {
        centre = (faces.at<float>(0, 0) + faces.at<float>(0, 2) / 2) / scale;
        top = (faces.at<float>(0, 1) + faces.at<float>(0, 3) / 2) / scale;
    }
    x = std::min(std::max(centre - width / 2, 0.0), picture.width - width);
    y = std::min(std::max(top - height * 0.45, 0.0), picture.height - height);
    return cv::Rect(int(x), int(y), int(width), int(height));
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "usage: naive_opencv YUNET.onnx OUT PHOTO...\n");
        return 2;
    }
    cv::setNumThreads(1);
    cv::Ptr<cv::FaceDetectorYN> detector = cv::FaceDetectorYN::create(argv[1], "", cv::Size(320, 320));
    for (int i = 3; i < argc; i++) {
        cv::Mat picture = cv::imread(argv[i]), small, faces, frame;
        if (picture.empty())
            return 3;
        double scale = double(detector_px) / std::max(picture.cols, picture.rows);
        cv::resize(picture, small, cv::Size(), scale, scale, cv::INTER_AREA);
        detector->setInputSize(small.size());
        detector->detect(small, faces);
        cv::resize(picture(window_around(faces, scale, picture.size())), frame, frame_px, 0, 0, cv::INTER_AREA);
        std::string path = argv[i];
        path = std::string(argv[2]) + "/" + path.substr(path.rfind('/') + 1);
        if (!cv::imwrite(path, frame, {cv::IMWRITE_JPEG_QUALITY, 85}))
            return 3;
    }
    return 0;
}
