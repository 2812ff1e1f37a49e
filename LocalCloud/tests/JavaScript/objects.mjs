// Uses objects with AWS's client in its default settings, its multipart uploader and its presigner.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const s3 = new S3Client({});
const Bucket = "javascript";
const send = (Command, input) => s3.send(new Command({ Bucket, ...input }));
const refusal = async promise => {
  try {
    await promise;
    return "none";
  } catch (error) {
    return `${error.$metadata?.httpStatusCode} ${error.name}`;
  }
};
const md5 = bytes => createHash("md5").update(bytes).digest("hex");
const pattern = (length, seed) =>
  Buffer.from(Array.from({ length: 1024 }, (_, i) => (i * seed) & 255))
    .toString("latin1")
    .repeat(length / 1024);

const result = {};
await send(CreateBucketCommand);
result.region = (await send(HeadBucketCommand)).BucketRegion;
result.versioning = (await send(GetBucketVersioningCommand)).Status ?? "off";
result.grants = (await send(GetBucketAclCommand)).Grants.map(grant => grant.Permission);

// Keys that careless code breaks, each with its own content.
const keys = [
  "plain",
  "a b+c",
  "%2F",
  "ключ/日本",
  "dots/../x",
  "trailing/",
  "quote'\"<&>",
  "emoji/😀",
  "a//b",
  "~!*()",
  "k".repeat(1024),
];
for (const Key of keys)
  await send(PutObjectCommand, {
    Key,
    Body: `content of ${Key}`,
    Metadata: { of: "javascript" },
    ContentType: "text/plain",
    CacheControl: "no-store",
  });
result.contents = [];
for (const Key of keys) {
  const got = await send(GetObjectCommand, { Key, ChecksumMode: "ENABLED" });
  result.contents.push(
    (await got.Body.transformToString()) === `content of ${Key}` &&
      got.Metadata.of === "javascript" &&
      got.ContentType === "text/plain" &&
      got.CacheControl === "no-store" &&
      got.ChecksumCRC32 !== undefined,
  );
}
const listed = [];
for (let token; ;) {
  const page = await send(ListObjectsV2Command, { MaxKeys: 3, ContinuationToken: token });
  listed.push(...page.Contents.map(item => item.Key));
  if (!page.IsTruncated) break;
  token = page.NextContinuationToken;
}
result.inOrder =
  JSON.stringify(listed) === JSON.stringify([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
const rolled = await send(ListObjectsV2Command, { Delimiter: "/", Prefix: "" });
result.prefixes = rolled.CommonPrefixes.map(item => item.Prefix);

result.range = await (await send(GetObjectCommand, { Key: "plain", Range: "bytes=-5" })).Body.transformToString();
const { ETag } = await send(HeadObjectCommand, { Key: "plain" });
result.refusals = {
  absent: await refusal(send(GetObjectCommand, { Key: "absent" })),
  notModified: await refusal(send(GetObjectCommand, { Key: "plain", IfNoneMatch: ETag })),
  changed: await refusal(send(GetObjectCommand, { Key: "plain", IfMatch: '"other"' })),
  exists: await refusal(send(PutObjectCommand, { Key: "plain", Body: "x", IfNoneMatch: "*" })),
  putChanged: await refusal(send(PutObjectCommand, { Key: "plain", Body: "x", IfMatch: '"other"' })),
  deleteChanged: await refusal(send(DeleteObjectCommand, { Key: "plain", IfMatch: '"other"' })),
  notEmpty: await refusal(send(DeleteBucketCommand)),
  digest: await refusal(
    send(PutObjectCommand, {
      Key: "wrong",
      Body: "x",
      ChecksumSHA256: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    }),
  ),
};
await send(PutObjectCommand, { Key: "plain", Body: "replaced", IfMatch: ETag });
await send(CopyObjectCommand, { Key: "copy", CopySource: `${Bucket}/${encodeURIComponent("ключ/日本")}` });
result.copied = await (await send(GetObjectCommand, { Key: "copy" })).Body.transformToString();

// Uploads a stream in chunks with a trailing checksum.
const streamed = Buffer.from(pattern(300 * 1024, 7), "latin1");
await send(PutObjectCommand, { Key: "streamed", Body: Readable.from([streamed]), ContentLength: streamed.length });
result.streamed =
  md5(await (await send(GetObjectCommand, { Key: "streamed" })).Body.transformToByteArray()) === md5(streamed);

// lib-storage uploads several 5 MiB parts at once.
const large = Buffer.from(pattern(12 * 1024 * 1024, 13), "latin1");
const uploaded = await new Upload({
  client: s3,
  params: { Bucket, Key: "large", Body: Readable.from([large]) },
}).done();
const back = await send(GetObjectCommand, { Key: "large", ChecksumMode: "ENABLED" });
result.large = {
  parts: uploaded.ETag.match(/-(\d+)"$/)[1],
  same: md5(await back.Body.transformToByteArray()) === md5(large),
  type: back.ChecksumType,
};
result.attributes = await send(GetObjectAttributesCommand, {
  Key: "large",
  ObjectAttributes: ["ObjectParts", "ObjectSize", "Checksum"],
});
result.attributes = { parts: result.attributes.ObjectParts.TotalPartsCount, size: result.attributes.ObjectSize };
const second = await send(GetObjectCommand, { Key: "large", PartNumber: 2 });
result.secondPart = { count: second.PartsCount, length: second.ContentLength };
await second.Body.transformToByteArray();

// Uploads one part and copies another. Completes the upload twice, as after a lost response.
const { UploadId } = await send(CreateMultipartUploadCommand, {
  Key: "parts",
  ChecksumAlgorithm: "CRC64NVME",
  ContentType: "text/parts",
});
const one = await send(UploadPartCopyCommand, {
  Key: "parts",
  UploadId,
  PartNumber: 1,
  CopySource: `${Bucket}/large`,
  CopySourceRange: `bytes=1-${5 * 1024 * 1024}`,
});
const two = await send(UploadPartCommand, {
  Key: "parts",
  UploadId,
  PartNumber: 2,
  Body: "the end",
  ChecksumAlgorithm: "CRC64NVME",
});
result.parts = (await send(ListPartsCommand, { Key: "parts", UploadId })).Parts.map(part => part.Size);
result.uploads = (await send(ListMultipartUploadsCommand)).Uploads.map(upload => upload.Key);
const Parts = [
  { PartNumber: 1, ETag: one.CopyPartResult.ETag, ChecksumCRC64NVME: one.CopyPartResult.ChecksumCRC64NVME },
  { PartNumber: 2, ETag: two.ETag, ChecksumCRC64NVME: two.ChecksumCRC64NVME },
];
result.wrongPart = await refusal(
  send(CompleteMultipartUploadCommand, {
    Key: "parts",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"other"' }] },
  }),
);
const first = await send(CompleteMultipartUploadCommand, {
  Key: "parts",
  UploadId,
  MultipartUpload: { Parts },
  IfNoneMatch: "*",
});
const again = await send(CompleteMultipartUploadCommand, { Key: "parts", UploadId, MultipartUpload: { Parts } });
const whole = Buffer.concat([large.subarray(1, 5 * 1024 * 1024 + 1), Buffer.from("the end")]);
await send(PutObjectCommand, { Key: "whole", Body: whole, ChecksumAlgorithm: "CRC64NVME" });
const crc = (await send(HeadObjectCommand, { Key: "whole", ChecksumMode: "ENABLED" })).ChecksumCRC64NVME;
result.completed = { same: first.ETag === again.ETag, crc: first.ChecksumCRC64NVME === crc, type: first.ChecksumType };
result.combined =
  md5(await (await send(GetObjectCommand, { Key: "parts", ChecksumMode: "ENABLED" })).Body.transformToByteArray()) ===
  md5(whole);

const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "presigned é" }), { expiresIn: 60 });
result.presigned = [(await fetch(put, { method: "PUT", body: "by url" })).status];
const get = await getSignedUrl(
  s3,
  new GetObjectCommand({ Bucket, Key: "presigned é", ResponseContentType: "text/other" }),
  { expiresIn: 60 },
);
const answer = await fetch(get);
result.presigned.push(
  answer.status,
  answer.headers.get("content-type"),
  await answer.text(),
  (await fetch(get.replace("presigned", "other"))).status,
);

const rest = (await send(ListObjectsV2Command)).Contents.map(({ Key }) => ({ Key }));
result.deleted = (await send(DeleteObjectsCommand, { Delete: { Objects: rest } })).Deleted.length === rest.length;
await send(DeleteBucketCommand);
console.log(JSON.stringify(result));
