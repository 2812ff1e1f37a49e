using Microsoft.Extensions.Time.Testing;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.Ui.Sales;
using Xunit;

namespace Pos.Tests.Ui.Sales;

[Fast]
public sealed class SharedFreshnessTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<Answer<SalesFreshness>>> _asked = [];
    private readonly SharedFreshness _freshness;

    public SharedFreshnessTests() =>
        _freshness = new(
            _ =>
            {
                _asked.Add(new());
                return _asked[^1].Task;
            },
            _time
        );

    [Fact]
    public async Task Visitors_who_ask_within_some_seconds_share_an_answer()
    {
        var (first, second) = (AskAsync(), AskAsync());
        _asked.Single().SetResult(new SalesFreshness(null, null, 7, 0, null));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.All([await first, await second, await AskAsync()], answer => Assert.Equal(7, answer.Value!.Rows));
        Assert.Single(_asked);

        _time.Advance(TimeSpan.FromSeconds(1));
        _ = AskAsync();
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Who_leaves_takes_nothing_from_others_and_a_failure_is_no_answer_to_keep()
    {
        using var left = new CancellationTokenSource();
        var (gone, waiting) = (_freshness.AskAsync(left.Token), AskAsync());
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        _asked.Single().SetResult(new ServiceUnavailable("lookup", "The lookup service does not answer."));
        Assert.NotNull((await waiting).Failure);
        _ = AskAsync();
        Assert.Equal(2, _asked.Count);
    }

    private Task<Answer<SalesFreshness>> AskAsync() => _freshness.AskAsync(TestContext.Current.CancellationToken);
}
