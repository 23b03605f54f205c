# SPDX-License-Identifier: MIT
# Asks of a manifest what a careful site asks, and writes its container's words, one a line, into a file.
# Usage: perl kubernetes.pl MANIFEST shards|merge WORDS; on stdout: UID GID COMPLETIONS
use strict;
use warnings;
use YAML::XS qw(LoadFile);
use JSON::PP;
$YAML::XS::Boolean = 'JSON::PP';

my ($file, $kind, $words) = @ARGV;
my $job = LoadFile($file);
my $bad = 0;

sub text { # a value in one line; what is not there is "none"
    my ($value) = @_;
    return 'none' if !defined $value;
    return $value ? 'true' : 'false' if JSON::PP::is_bool($value);
    return '[' . join(' ', map { text($_) } @$value) . ']' if ref $value eq 'ARRAY';
    return '{' . join(' ', map { "$_=" . text($value->{$_}) } sort keys %$value) . '}' if ref $value eq 'HASH';
    return $value;
}
sub want { # path, value
    my ($path, $wanted) = @_;
    my $value = $job;
    for my $step (split /\//, $path) {
        $value = ref $value eq 'ARRAY' ? $value->[$step] : ref $value eq 'HASH' ? $value->{$step} : undef;
    }
    return if text($value) =~ /^(?:$wanted)$/;
    print STDERR "$file: $path is '", text($value), "', not '$wanted'\n";
    $bad = 1;
}

my $pod = 'spec/template/spec';
my $box = "$pod/containers/0";
my $exit = '\{containerName=headroom operator=In values=';
want(@$_) for (
    ['apiVersion', 'batch/v1'], ['kind', 'Job'],
    ["$pod/restartPolicy", 'Never'], # of podFailurePolicy
    ["$pod/automountServiceAccountToken", 'false'],
    ["$pod/securityContext/runAsNonRoot", 'true'], ["$pod/securityContext/runAsUser", '[1-9][0-9]*'],
    ["$pod/securityContext/runAsGroup", '[1-9][0-9]*'], ["$pod/securityContext/seccompProfile/type", 'RuntimeDefault'],
    ["$pod/containers/1", 'none'], ["$box/name", 'headroom'],
    ["$box/securityContext/allowPrivilegeEscalation", 'false'], ["$box/securityContext/readOnlyRootFilesystem", 'true'],
    ["$box/securityContext/privileged", 'none'], ["$box/securityContext/capabilities", '\{drop=\[ALL\]\}'],
    ["$box/resources/limits/memory", '[0-9]+Gi'],
    ["$box/volumeMounts", '\[\{mountPath=/photos name=photos readOnly=true\} \{mountPath=/out name=out\}\]'],
    ["$pod/volumes/0", '\{name=photos persistentVolumeClaim=\{claimName=photos readOnly=true\}\}'],
    ["$pod/volumes/1/persistentVolumeClaim/readOnly", 'none'],
    ['spec/podFailurePolicy/rules/0', "\\{action=Ignore onExitCodes=${exit}\\[4\\]\\}\\}"],
    ['spec/podFailurePolicy/rules/1', '\{action=Ignore onPodConditions=\[\{status=True type=DisruptionTarget\}\]\}'],
    ['spec/podFailurePolicy/rules/2', '\{action=' . ($kind eq 'shards' ? 'FailIndex' : 'FailJob') . " onExitCodes=${exit}\\[2\\]\\}\\}"],
);
if ($kind eq 'shards') {
    want('spec/completionMode', 'Indexed');
    want('spec/completions', '[1-9][0-9]*');
    want('spec/backoffLimitPerIndex', '[1-9][0-9]*');
    want('spec/backoffLimit', 'none'); # all the indices together: as many as it takes
    want("$box/args", ".* --shard auto/$job->{spec}{completions} .*");
} else {
    want('spec/completionMode', 'none');
    want('spec/backoffLimit', '[1-9][0-9]*');
}
my $container = $job->{spec}{template}{spec}{containers}[0];
open(my $out, '>', $words) or die "$words: $!";
print $out "$_\n" for @{$container->{command}}, @{$container->{args}};
close($out) or die "$words: $!";
my $as = $job->{spec}{template}{spec}{securityContext};
print "$as->{runAsUser} $as->{runAsGroup} ", $job->{spec}{completions} // 1, "\n";
exit $bad;
