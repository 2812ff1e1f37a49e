using System.Text;
using LocalCloud.PostgresCopy;
using Xunit;

namespace LocalCloud.Tests.Delivery;

[Fast]
public sealed class LineReaderTests
{
    [Theory]
    [InlineData("a\nb\n", new[] { "1:a", "2:b" })]
    [InlineData("a\n\n\nb", new[] { "1:a", "2:", "3:", "4:b" })]
    [InlineData("", new string[0])]
    public async Task Line_numbers_start_at_one(string text, string[] expected) =>
        Assert.Equal(expected, await LinesAsync(text));

    [Fact]
    public async Task An_overlong_line_counts_as_one_and_the_next_line_is_complete()
    {
        var lines = await LinesAsync("a\n" + new string('x', (3 * LineReader.MaxLineBytes) + 17) + "\nb");
        Assert.Equal(["1:a", $"2:too long {LineReader.MaxLineBytes}", "3:b"], lines);
    }

    private static async Task<List<string>> LinesAsync(string text)
    {
        using var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var lines = new List<string>();
        do
        {
            while (reader.TryRead(out var line, out var tooLong))
                lines.Add(
                    tooLong
                        ? $"{reader.Number}:too long {line.Length}"
                        : $"{reader.Number}:{Encoding.UTF8.GetString(line)}"
                );
        } while (await reader.FillAsync(CancellationToken.None));
        return lines;
    }
}
