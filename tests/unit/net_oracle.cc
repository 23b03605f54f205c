/* SPDX-License-Identifier: MIT */
#include "net_oracle.h"
#include <string.h>
#include <opencv2/dnn.hpp>

void *oracle_open(const char *onnx)
{
    try {
        cv::setNumThreads(0);
        return new cv::dnn::Net(cv::dnn::readNetFromONNX(onnx));
    } catch (...) {
        return nullptr;
    }
}

void oracle_close(void *oracle)
{
    delete static_cast<cv::dnn::Net *>(oracle);
}

int oracle_run(void *oracle, const float *in, const int size[2], float *out, int count)
{
    try {
        const int shape[] = {1, 3, size[1], size[0]};
        cv::Mat blob(4, shape, CV_32F);
        memcpy(blob.ptr<float>(), in, blob.total() * sizeof(float));
        cv::dnn::Net *net = static_cast<cv::dnn::Net *>(oracle);
        net->setInput(blob);
        cv::Mat answer = net->forward();
        if (answer.total() != (size_t)count)
            return 1;
        memcpy(out, answer.ptr<float>(), answer.total() * sizeof(float));
        return 0;
    } catch (...) {
        return 1;
    }
}
