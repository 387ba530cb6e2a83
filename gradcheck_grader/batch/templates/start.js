"use strict";
// Small tools. A text gets into the page as text alone: nothing that was handed in is read as HTML.

const find = (query, within = document) => within.querySelector(query);
const findAll = (query, within = document) => [...within.querySelectorAll(query)];

/** Make an element; an attribute that is false or undefined is left out. */
function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
