using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Pos.Contracts;
using Xunit;

namespace Pos.Tests.Contracts;

[Fast]
public sealed class NdjsonReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "1:{}")]
    [InlineData("{}\n", "1:{}")]
    [InlineData("{1}\n{2}", "1:{1} 2:{2}")]
    [InlineData("{1}\r\n{2}\r\n", "1:{1} 2:{2}")]
    [InlineData("\n \t\r\n{1}\n\n\n{2}\n\n", "3:{1} 6:{2}")]
    [InlineData("\ufeff{1}\n{2}", "1:{1} 2:{2}")]
    [InlineData("\ufeff\n{2}", "2:{2}")]
    [InlineData("  {1}  \n", "1:{1}")]
    public async Task Lines_have_their_number(string text, string expected)
    {
        Assert.Equal(expected, await ReadAsync(text, 100, pieces: 1));
        Assert.Equal(expected, await ReadAsync(text, 100, pieces: 64));
        Assert.Equal(expected, string.Join(' ', NdjsonReader.Split(Encoding.UTF8.GetBytes(text)).Select(Describe)));
    }

    [Theory]
    [InlineData("12345678", "1:12345678")]
    [InlineData("123456789", "1:too long")]
    [InlineData("123456789\n{2}\n123456789abcdefghijklmnopqrstuvwxyz\n{4}", "1:too long 2:{2} 3:too long 4:{4}")]
    [InlineData("{1}\n123456789abcdefghijklmnopqrstuvwxyz", "1:{1} 2:too long")]
    public async Task A_line_that_is_too_long_is_reported_once_and_skipped(string text, string expected)
    {
        Assert.Equal(expected, await ReadAsync(text, 8, pieces: 1));
        Assert.Equal(expected, await ReadAsync(text, 8, pieces: 1000));
    }

    [Fact]
    public async Task An_endless_line_is_not_buffered()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048));
        var writing = Task.Run(async () =>
        {
            // Would wait forever if the reader kept the skipped bytes in the pipe.
            for (var i = 0; i < 1000; i++)
                await pipe.Writer.WriteAsync(new byte[1000]);
            await pipe.Writer.WriteAsync("\n{}"u8.ToArray());
            await pipe.Writer.CompleteAsync();
        });
        var lines = new List<string>();
        await foreach (var line in NdjsonReader.ReadAsync(pipe.Reader, 2000))
            lines.Add(Describe(line));
        await writing;
        Assert.Equal(["1:too long", "2:{}"], lines);
    }

    [Fact]
    public void The_lines_do_not_depend_on_how_the_bytes_arrive() =>
        Gen.Select(
                Gen.Int[0, 6]
                    .Select(i => new[] { "{}", "é", "\n", "\r\n", " ", "long long long", "\n\n" }[i])
                    .Array[0, 30]
                    .Select(string.Concat),
                Gen.Int[1, 40]
            )
            .Sample(
                (text, pieces) =>
                {
                    var expected = text.Split('\n')
                        .Select((line, i) => (Text: line.Trim(), Number: i + 1))
                        .Where(line => line.Text.Length > 0);
                    Assert.Equal(
                        string.Join(' ', expected.Select(line => $"{line.Number}:{line.Text}")),
                        ReadAsync(text, 1000, pieces).GetAwaiter().GetResult()
                    );
                },
                iter: 300
            );

    [Fact]
    public async Task A_reader_that_stops_early_leaves_the_rest_in_the_pipe()
    {
        var pipe = PipeReader.Create(new MemoryStream("{1}\n{2}\n{3}\n"u8.ToArray()));
        await foreach (var line in NdjsonReader.ReadAsync(pipe))
        {
            if (line.Number == 2)
                break;
        }
        var rest = await pipe.ReadAsync();
        Assert.Equal("{3}\n", Encoding.UTF8.GetString(rest.Buffer));
    }

    private static async Task<string> ReadAsync(string text, int maxLineBytes, int pieces)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            foreach (var piece in bytes.Chunk(Math.Max(1, bytes.Length / pieces)))
                await pipe.Writer.WriteAsync(piece);
            await pipe.Writer.CompleteAsync();
        });
        var lines = new List<string>();
        await foreach (var line in NdjsonReader.ReadAsync(pipe.Reader, maxLineBytes))
            lines.Add(Describe(line));
        await writing;

        var fromStream = new List<string>();
        await foreach (var line in NdjsonReader.ReadAsync(new MemoryStream(bytes), maxLineBytes))
            fromStream.Add(Describe(line));
        Assert.Equal(fromStream, lines);
        return string.Join(' ', lines);
    }

    private static string Describe(NdjsonLine line) =>
        $"{line.Number}:{(line.TooLong ? "too long" : Encoding.UTF8.GetString(line.Utf8.Span))}";
}
