using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// A system with two processors, for tests that stop them or reshard the stream. Other tests use another system.
/// </summary>
[CollectionDefinition(Collection)]
public sealed class TwoProcessors : ICollectionFixture<TwoProcessors>, IAsyncDisposable
{
    public const string Collection = "two processors";

    internal RunningSystem Running { get; } = new([RunningSystem.NoSample, "--Pos:Processors=2"]);

    public ValueTask DisposeAsync() => Running.DisposeAsync();
}
