using Pos.Ui;
using Xunit;

namespace Pos.Tests.Ui;

[Fast]
public sealed class WarmUpTests
{
    [Theory]
    [InlineData("http://127.0.0.1:7100", "http://127.0.0.1:7100/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://+:80", "http://localhost/")]
    [InlineData("http://unix:/run/pos.sock", null)]
    [InlineData("https://localhost:7101", null)]
    public void The_server_hears_itself_where_it_listens(string address, string? page) =>
        Assert.Equal(page, WarmUp.OwnPage(["https://localhost:1", address])?.ToString());
}
