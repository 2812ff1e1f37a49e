using System.Net;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// Reading of a shard from its checkpoint to its end, through expired iterators, throttling and outages.
/// </summary>
[Fast]
public sealed class ReadingTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Closed_shard_is_read_to_its_end_and_marked_as_ended()
    {
        _shard.Stream.ReadLimit = 2;
        _shard.Stream.Put(5);

        _shard.ToEnd();

        Assert.Equal(["1", "2", "3", "4", "5"], _shard.Processed);
        Assert.Equal(Checkpoint.ShardEnd, _shard.Leases[ScriptedStream.FirstShard].Checkpoint);
    }

    [Fact]
    public void Reads_take_about_two_megabytes_however_much_the_shard_contains()
    {
        for (var record = 0; record < 200; record++)
            _shard.Stream.PutBytes(200_000);

        _shard.ToEnd();

        Assert.Equal(200, _shard.Processed.Count);
        Assert.InRange(_shard.Stream.MaxReadBytes, 1_800_000, 2 * 1024 * 1024);
    }

    [Fact]
    public void Reading_resumes_after_the_checkpoint()
    {
        _shard.Start = "3";
        _shard.Stream.Put(5);

        _shard.ToEnd();

        Assert.Equal(["4", "5"], _shard.Processed);
    }

    [Fact]
    public void Reading_starts_at_a_timestamp()
    {
        _shard.Stream.Put(1);
        _shard.Time.At(60, () => _shard.Stream.Put(1));
        _shard.Time.At(120, () => _shard.Stream.Put(1));
        _shard.Time.Run(() => Task.Delay(TimeSpan.FromSeconds(121), _shard.Time));
        _shard.Start = Checkpoint.At(Samples.Arrival.AddSeconds(60));

        _shard.ToEnd();

        Assert.Equal(["2", "3"], _shard.Processed);
    }

    [Fact]
    public void Iterator_that_expires_while_a_batch_is_blocked_is_renewed_after_the_last_read()
    {
        _shard.Stream.ReadLimit = _shard.Options.BatchSize = 2;
        _shard.Stream.Put(6);
        _shard.Function = _ =>
            _shard.Time.Passed < TimeSpan.FromMinutes(6)
                ? throw new InvalidOperationException("unavailable")
                : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(["1", "2", "3", "4", "5", "6"], _shard.Processed);
        Assert.Equal([Checkpoint.TrimHorizon, "4"], _shard.Stream.Iterators); // One read ahead of the blocked batch.
    }

    [Fact]
    public void Permanently_expired_iterator_does_not_cause_a_busy_loop()
    {
        _shard.Stream.Put(1);
        _shard.Stream.ReadFails = () => new ExpiredIteratorException("expired");
        _shard.Time.At(60, () => _shard.Stream.ReadFails = () => null);

        _shard.ToEnd();

        Assert.Equal(["1"], _shard.Processed);
        Assert.InRange(_shard.Stream.Iterators.Count, 2, 120);
    }

    [Fact]
    public void Idle_shard_with_an_enforced_read_limit_is_read_nearly_at_the_limit_and_rarely_throttled()
    {
        _shard.Stream.EnforcesReads = true;
        _shard.Time.At(300, () => _shard.Stream.Close());

        _shard.Run();

        Assert.InRange(_shard.Stream.Reads.Count, 4 * 300, 5 * 300);
        // Once a minute, the reader tries whether the limit is still enforced.
        Assert.InRange(_shard.Stream.ThrottledReads, 1, 5 * 5);
        Assert.Equal(_shard.Stream.ThrottledReads, _shard.Counted("pos.processor.throttled_reads"));
    }

    [Fact]
    public void Throttled_reads_still_return_all_records()
    {
        _shard.Stream.EnforcesReads = true;
        _shard.Stream.ReadLimit = 10;
        _shard.Stream.Put(500);

        _shard.ToEnd();

        Assert.Equal(500, _shard.Processed.Count);
        Assert.InRange(_shard.Time.Passed.TotalSeconds, 9, 20); // 50 reads at five a second.
    }

    [Fact]
    public void Throttling_is_not_a_failure_and_is_logged_once()
    {
        _shard.Stream.EnforcesReads = true;
        _shard.Time.At(30, () =>
        {
            Assert.Null(_shard.Status.Failure);
            _shard.Stream.Close();
        });

        _shard.Run();

        Assert.Single(_shard.Log.All, line =>
            line.StartsWith("Information: Kinesis throttled a read of shard shard", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(_shard.Log.All, line =>
            line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void KMS_throttling_counts_as_throttling()
    {
        _shard.Stream.Put(1);
        _shard.Stream.ReadFails = () =>
            _shard.Time.Passed < TimeSpan.FromSeconds(20) ? Kms("KMSThrottlingException") : null;

        _shard.ToEnd();

        Assert.Equal(["1"], _shard.Processed);
        Assert.InRange(_shard.Counted("pos.processor.throttled_reads"), 5, 50);
        Assert.DoesNotContain(_shard.Log.All, line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public void Unreadable_stream_is_logged_once_when_it_fails_and_once_when_it_recovers()
    {
        _shard.Stream.Put(1);
        _shard.Stream.ReadFails = () =>
            _shard.Time.Passed < TimeSpan.FromMinutes(10) ? Kms("KMSAccessDeniedException") : null;
        _shard.Time.At(300, () =>
            Assert.Equal("AmazonKinesisException: KMSAccessDeniedException", _shard.Status.Failure)
        );

        _shard.ToEnd();

        Assert.Equal(["1"], _shard.Processed);
        Assert.Null(_shard.Status.Failure);
        Assert.Equal(
            [
                "Warning: Cannot read shard shard; retrying: AmazonKinesisException: KMSAccessDeniedException",
                "Information: Reading shard shard again",
            ],
            _shard.Log.All
        );
    }

    private static AmazonKinesisException Kms(string code) =>
        new(code, null, ErrorType.Sender, code, "request", HttpStatusCode.BadRequest);
}
