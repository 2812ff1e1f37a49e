using Pos.Contracts;
using Xunit;

namespace Pos.Tests.Contracts;

[Fast]
public sealed class PositionTests
{
    [Fact]
    public void Text_order_is_stream_order()
    {
        string[] inOrder =
        [
            Position.Create("9", 0),
            Position.Create("9", 1),
            Position.Create("9", 10),
            Position.Create("10", 0),
            Position.Create("49590338271490256608559692538361571095921575989136588898", 2),
        ];
        Assert.Equal(inOrder, inOrder.Reverse().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12a")]
    [InlineData("-1")]
    public void An_invalid_sequence_number_throws(string sequenceNumber) =>
        Assert.Throws<ArgumentException>(() => Position.Create(sequenceNumber, 0));
}
